import { render } from "preact";
import { Frame } from "../parts/frame.tsx";
import { DocsPage } from "./page.tsx";

const page = document.getElementById("page");
if (page) {
  render(
    <Frame>
      <DocsPage />
    </Frame>,
    page,
  );
}
