import { render } from "preact";
import { Frame } from "../parts/frame.tsx";
import { beEmbedded, isEmbedded } from "./embed.ts";
import { CheckoutPage } from "./page.tsx";

const page = document.getElementById("page");
if (page) {
  beEmbedded();
  render(isEmbedded ? <Framed /> : <Whole />, page);
}

function Whole() {
  return (
    <Frame>
      <CheckoutPage />
    </Frame>
  );
}

/** In another's page the address is not seen: so it says where it comes from. */
function Framed() {
  return (
    <>
      <main class="frame-main">
        <CheckoutPage />
      </main>
      <footer class="frame-footer">Checkout by {location.host}</footer>
    </>
  );
}
