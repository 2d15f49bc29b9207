import { render } from "preact";
import { Frame } from "../parts/frame.tsx";
import { PortalPage } from "./page.tsx";

const page = document.getElementById("page");
if (page) {
  render(
    <Frame>
      <PortalPage />
    </Frame>,
    page,
  );
}
