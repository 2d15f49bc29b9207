import { render } from "preact";
import { Frame } from "../parts/frame.tsx";
import { canInspect } from "../parts/inspecting.ts";
import { CheckPage } from "./page.tsx";

const page = document.getElementById("page");
if (page) {
  render(
    <Frame>{canInspect() ? <CheckPage /> : <NoWebAssembly />}</Frame>,
    page,
  );
}

function NoWebAssembly() {
  return (
    <>
      <h1 class="page-title">Check a license</h1>
      <p class="page-lead">
        Checking a key happens inside this page, and needs WebAssembly. This browser has it switched off.
      </p>
    </>
  );
}
