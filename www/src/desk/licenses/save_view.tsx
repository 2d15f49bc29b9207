// A name for the filters as they are.

import { useState } from "preact/hooks";
import { Field } from "../../parts/field.tsx";
import { DialogForm } from "../kit/dialog.tsx";

interface SaveViewProps {
  taken: string[];
  onSave: (name: string) => void;
  onClose: () => void;
}

export function SaveView({ taken, onSave, onClose }: SaveViewProps) {
  const [name, setName] = useState("");
  const wanted = name.trim();
  return (
    <DialogForm title="Save this view" yes="Save" asking={false} isIdle={wanted === ""} onYes={() => onSave(wanted)} onClose={onClose}>
      <Field
        id="view-name"
        label="Name"
        value={name}
        onValue={setName}
        placeholder="Expired agencies"
        hint={
          taken.includes(wanted)
            ? "There is one of this name: it is replaced."
            : "It keeps the filters and the search, in this browser. Nothing is sent."
        }
      />
    </DialogForm>
  );
}
