/** Specimens of what opens: menus, dialogs, toasts, tabs. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Badge } from "../../lib/ui/badge.tsx";
import { Button, IconButton } from "../../lib/ui/button.tsx";
import { ConfirmDialog, Dialog } from "../../lib/ui/dialog.tsx";
import { Field, Input, Textarea } from "../../lib/ui/field.tsx";
import { Menu, type MenuItem } from "../../lib/ui/menu.tsx";
import { Tabs } from "../../lib/ui/tabs.tsx";
import { toast } from "../../lib/ui/toast.tsx";

export function Overlays(): JSX.Element {
  return (
    <div class="specimens">
      <Menus />
      <Dialogs />
      <Toasters />
      <TabSets />
    </div>
  );
}

function Menus(): JSX.Element {
  const mode = useSignal("auto");
  const last = useSignal("nothing yet");
  const said = (text: string): () => void => () => {
    last.value = text;
  };
  const actions: MenuItem[] = [
    { id: "pause", label: "Pause", icon: "pause", kbd: "P", onSelect: said("Pause") },
    { id: "retry", label: "Retry step", icon: "retry", onSelect: said("Retry step") },
    { id: "fork", label: "Fork from here", icon: "branch", disabled: true, onSelect: said("Fork") },
    { id: "override", label: "Override output", icon: "edit", onSelect: said("Override output") },
    {
      id: "cancel",
      label: "Cancel run",
      icon: "stop",
      danger: true,
      separated: true,
      onSelect: said("Cancel run"),
    },
  ];
  return (
    <div class="specimen">
      <h3>Menu</h3>
      <div class="specimen-row">
        <Menu
          items={actions}
          trigger={(props) => <Button {...props} icon="more">Actions</Button>}
        />
        <Menu
          align="end"
          items={["strict", "auto", "dry-run"].map((id) => ({
            id,
            label: id,
            checked: mode.value === id,
            onSelect: () => {
              mode.value = id;
            },
          }))}
          trigger={(props) => <Button {...props} size="s">Mode: {mode.value}</Button>}
        />
      </div>
      <p class="quiet" id="menu-last">Chosen: {last}</p>
    </div>
  );
}

function Dialogs(): JSX.Element {
  const open = useSignal<"form" | "confirm" | null>(null);
  const close = (): void => {
    open.value = null;
  };
  return (
    <div class="specimen">
      <h3>Dialog</h3>
      <div class="specimen-row">
        <Button onClick={() => open.value = "form"}>Edit covenant</Button>
        <Button variant="danger" onClick={() => open.value = "confirm"}>Cancel run</Button>
      </div>
      <Dialog
        open={open.value === "form"}
        onClose={close}
        title="Edit covenant"
        description="Changes are taken up by the next reservation; what is spent stays spent."
        footer={
          <>
            <Button onClick={close}>Keep as is</Button>
            <Button variant="primary" onClick={close}>Save terms</Button>
          </>
        }
      >
        <Field label="Intent" required>
          {(control) => (
            <Textarea
              {...control}
              grow
              value="Compare three append-only log designs"
            />
          )}
        </Field>
        <Field label="Budget" hint="A hard limit, in dollars">
          {(control) => <Input {...control} inputMode="decimal" value="0.05" />}
        </Field>
      </Dialog>
      <ConfirmDialog
        open={open.value === "confirm"}
        onClose={close}
        onConfirm={close}
        danger
        title="Cancel this run?"
        confirm="Cancel run"
      >
        Three steps are under way. What they have done stays recorded; nothing further is spent.
      </ConfirmDialog>
    </div>
  );
}

function Toasters(): JSX.Element {
  return (
    <div class="specimen">
      <h3>Toast</h3>
      <div class="specimen-row">
        <Button size="s" onClick={() => toast({ text: "Run paused" })}>Plain</Button>
        <Button
          size="s"
          onClick={() =>
            toast({
              text: "Step overridden",
              tone: "ok",
              action: { label: "Undo", onSelect: () => toast({ text: "Undone" }) },
            })}
        >
          With action
        </Button>
        <Button
          size="s"
          onClick={() =>
            toast({
              text: "Could not pause the run",
              detail: "The run has already completed; nothing was changed.",
              tone: "bad",
            })}
        >
          Error
        </Button>
      </div>
    </div>
  );
}

function TabSets(): JSX.Element {
  const line = useSignal("open");
  const pill = useSignal("tree");
  return (
    <div class="specimen">
      <h3>Tabs</h3>
      <Tabs
        label="Approvals"
        selected={line.value}
        onSelect={(id) => line.value = id}
        tabs={[
          { id: "open", label: "Open", count: 2 },
          { id: "answered", label: "Answered", count: 41 },
          { id: "expired", label: "Expired", disabled: true },
          { id: "all", label: "All" },
        ]}
      >
        <p class="quiet">
          The panel of “{line}” <Badge>live</Badge>
        </p>
      </Tabs>
      <Tabs
        look="pill"
        label="Run view"
        selected={pill.value}
        onSelect={(id) => pill.value = id}
        tabs={[{ id: "tree", label: "Tree" }, { id: "timeline", label: "Timeline" }]}
        lead={<strong>Run</strong>}
        aside={<IconButton size="s" icon="more" label="More" />}
      >
        <p class="quiet">The panel of “{pill}”</p>
      </Tabs>
    </div>
  );
}
