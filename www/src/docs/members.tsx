// Tables of what goes in and what comes out.

import { useState } from "preact/hooks";
import { Chevron } from "../parts/icons.tsx";
import type { OpenRpc, Param } from "./openrpc.ts";
import { Inline } from "./prose.tsx";
import { shapeOf, type Member, type Shape } from "./shape.ts";

export function Params({ params, document }: { params: Param[]; document: OpenRpc }) {
  if (params.length === 0) return <p class="soft">It takes no parameters.</p>;
  const rows = params.flatMap((param) => {
    const shape = shapeOf(param.schema, document);
    const own = { ...param, shape, assumed: param.schema.default };
    const inner = shape.members.map((member) => {
      const name = `${param.name}.${member.name}`;
      return { ...member, name, shape: shapeOf(member.schema, document), assumed: member.schema.default };
    });
    return [own, ...inner];
  });
  return (
    <Table caption="Parameters" first="Name">
      {rows.map(({ name, description, required, shape, assumed }) => (
        <tr key={name} role="row" class="member">
          <th class="member-name" role="rowheader" scope="row">
            <code>{name}</code>
            <span class={required ? "needed" : "soft"}>{required ? "required" : "optional"}</span>
          </th>
          <td class="member-type" role="cell">
            <Type shape={shape} />
            {assumed !== undefined && (
              <span class="limit">
                default <code>{JSON.stringify(assumed)}</code>
              </span>
            )}
          </td>
          <td class="member-text" role="cell">
            <Inline text={description} />
            {shape.note && shape.note !== description && (
              <p class="soft">
                <Inline text={shape.note} />
              </p>
            )}
            <Words words={shape.words} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

/** What a call answers, level by level as a reader opens it. */
export function Result({ members, type, document }: { members: Member[]; type: string; document: OpenRpc }) {
  return (
    <Folded title={type} count={members.length}>
      {() => (
        <Table caption={`Members of ${type}`} first="Member">
          {members.map(({ name, description, schema }) => {
            const shape = shapeOf(schema, document);
            return (
              <tr key={name} role="row" class="member">
                <th class="member-name" role="rowheader" scope="row">
                  <code>{name}</code>
                </th>
                <td class="member-type" role="cell">
                  {shape.members.length === 0 && <Type shape={shape} answers />}
                </td>
                <td class="member-text" role="cell">
                  <Inline text={description} />
                  <Words words={shape.words} />
                  {shape.members.length > 0 && (
                    <Result
                      members={shape.members}
                      type={shape.nullable ? `${shape.type} or null` : shape.type}
                      document={document}
                    />
                  )}
                </td>
              </tr>
            );
          })}
        </Table>
      )}
    </Folded>
  );
}

interface FoldedProps {
  title: string;
  count: number;
  children: () => preact.ComponentChildren;
}

/** Renders what it hides only when it is opened: a license alone has some thirty members. */
function Folded({ title, count, children }: FoldedProps) {
  const [open, setOpen] = useState(false);
  return (
    <details class="folded" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary class="folded-summary">
        <Chevron />
        {title}
        <span class="soft">
          {count} {count === 1 ? "member" : "members"}
        </span>
      </summary>
      {open && children()}
    </details>
  );
}

interface TableProps {
  caption: string;
  first: string;
  children: preact.ComponentChildren;
}

/** A table whose rows become blocks on a phone; the roles say that it is one all the same. */
function Table({ caption, first, children }: TableProps) {
  return (
    <table class="members" role="table">
      <caption class="unseen">{caption}</caption>
      <thead class="unseen" role="rowgroup">
        <tr role="row">
          {[first, "Type", "Description"].map((title) => (
            <th key={title} role="columnheader" scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">{children}</tbody>
    </table>
  );
}

function Type({ shape, answers = false }: { shape: Shape; answers?: boolean }) {
  return (
    <>
      <span class="type">{answers && shape.nullable ? `${shape.type} or null` : shape.type}</span>
      {!answers &&
        shape.limits.map((limit) => (
          <span key={limit} class="limit">
            {limit}
          </span>
        ))}
    </>
  );
}

function Words({ words }: { words: [string, string][] }) {
  if (words.length === 0) return null;
  return (
    <ul class="words">
      {words.map(([word, meaning]) => (
        <li key={word}>
          <code>{word}</code> {meaning}
        </li>
      ))}
    </ul>
  );
}
