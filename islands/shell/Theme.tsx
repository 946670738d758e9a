/** Light, dark, or as the system says; the layout restores the choice before the first paint. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { IconButton } from "../../lib/ui/button.tsx";
import type { IconName } from "../../lib/ui/icons.tsx";
import { Menu } from "../../lib/ui/menu.tsx";

const choices = [
  { id: "system", label: "As the system", icon: "system" },
  { id: "light", label: "Light", icon: "sun" },
  { id: "dark", label: "Dark", icon: "moon" },
] as const satisfies readonly { id: string; label: string; icon: IconName }[];

type Choice = typeof choices[number]["id"];

function applyTheme(choice: Choice): void {
  if (choice === "system") {
    delete document.documentElement.dataset.theme;
    localStorage.removeItem("muster-theme");
  } else {
    document.documentElement.dataset.theme = choice;
    localStorage.setItem("muster-theme", choice);
  }
}

export function Theme(): JSX.Element {
  const chosen = useSignal<Choice>("system");
  useEffect(() => {
    const kept = document.documentElement.dataset.theme;
    if (kept === "light" || kept === "dark") chosen.value = kept;
  }, []);
  const icon = choices.find((choice) => choice.id === chosen.value)!.icon;
  return (
    <Menu
      side="top"
      trigger={(props) => <IconButton {...props} icon={icon} label="Theme" />}
      items={choices.map((choice) => ({
        id: choice.id,
        label: choice.label,
        checked: choice.id === chosen.value,
        onSelect: () => {
          chosen.value = choice.id;
          applyTheme(choice.id);
        },
      }))}
    />
  );
}
