// Light, dark, or as the system has it. Kept in this browser.

import { useEffect, useState } from "preact/hooks";

export type Theme = "system" | "light" | "dark";

const KEPT = "counterfoil.theme";

export function keptTheme(): Theme {
  try {
    const kept = localStorage.getItem(KEPT);
    return kept === "light" || kept === "dark" ? kept : "system";
  } catch {
    // Browsers that keep nothing for anybody throw here.
    return "system";
  }
}

export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(keptTheme);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    try {
      if (theme === "system") localStorage.removeItem(KEPT);
      else localStorage.setItem(KEPT, theme);
    } catch {
      // As above: it is forgotten with the page.
    }
  }, [theme]);
  return [theme, setTheme];
}
