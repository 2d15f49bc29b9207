import { render } from "preact";
import { DeskPage } from "./page.tsx";
import { keptTheme } from "./frame/theme.ts";

document.documentElement.dataset.theme = keptTheme();
const page = document.getElementById("page");
if (page) render(<DeskPage />, page);
