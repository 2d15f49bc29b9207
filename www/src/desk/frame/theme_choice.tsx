// Light, dark, or as the system has it.

import { Moon, Screen, Sun } from "../../parts/icons.tsx";
import type { Theme } from "./theme.ts";

const choices: [Theme, string, () => preact.JSX.Element][] = [
  ["light", "Light", Sun],
  ["dark", "Dark", Moon],
  ["system", "As the system", Screen],
];

export function ThemeChoice({ theme, onTheme }: { theme: Theme; onTheme: (theme: Theme) => void }) {
  return (
    <div class="themes" role="group" aria-label="Colours">
      {choices.map(([choice, name, Icon]) => (
        <button
          key={choice}
          class="theme"
          type="button"
          title={name}
          aria-label={name}
          aria-pressed={theme === choice}
          onClick={() => onTheme(choice)}
        >
          <Icon />
        </button>
      ))}
    </div>
  );
}
