/** A modal dialog on the native element: the rest is inert, Escape closes, focus goes back where it was. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Button, IconButton } from "./button.tsx";
import { useUid } from "./uid.ts";

export interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly description?: ComponentChildren;
  /** A `sheet` stands at the end of the window and leaves what it is about in view. */
  readonly size?: "s" | "m" | "l" | "sheet";
  readonly footer?: ComponentChildren;
  readonly children?: ComponentChildren;
}

export function Dialog(props: DialogProps): JSX.Element {
  const { open, onClose, title, description, size = "m", footer, children } = props;
  const id = useUid();
  const box = useRef<HTMLDialogElement>(null);
  const opener = useRef<Element | null>(null);

  useEffect(() => {
    const dialog = box.current;
    if (!dialog) return;
    if (open && !dialog.open) {
      opener.current = document.activeElement;
      dialog.showModal();
    } else if (!open && dialog.open) {
      dialog.close();
    }
  }, [open]);

  function onClosed(): void {
    if (opener.current instanceof HTMLElement) opener.current.focus();
    opener.current = null;
    onClose();
  }

  return (
    <dialog
      ref={box}
      class="dialog"
      data-size={size}
      aria-labelledby={`${id}-title`}
      aria-describedby={description ? `${id}-text` : undefined}
      onClose={onClosed}
      // Only a press that begins on the backdrop closes: a text selection dragged outside does not.
      onPointerDown={(event) => event.target === box.current && box.current?.close()}
    >
      {open && (
        <div class="dialog-body">
          <header class="dialog-header">
            <h2 class="dialog-title" id={`${id}-title`}>{title}</h2>
          </header>
          {description && <div class="dialog-text" id={`${id}-text`}>{description}</div>}
          {children && <div class="dialog-content">{children}</div>}
          {footer && <footer class="dialog-footer">{footer}</footer>}
          {/* Last, so that the focus begins with what the dialog is about. */}
          <div class="dialog-close">
            <IconButton
              icon="close"
              label="Close"
              tooltip="none"
              onClick={() => box.current?.close()}
            />
          </div>
        </div>
      )}
    </dialog>
  );
}

export interface ConfirmProps {
  readonly open: boolean;
  readonly title: string;
  readonly children: ComponentChildren;
  /** The verb of the deed, such as "Cancel run". */
  readonly confirm: string;
  readonly danger?: boolean;
  readonly busy?: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before something that cannot be taken back; the safe answer has the focus. */
export function ConfirmDialog(props: ConfirmProps): JSX.Element {
  return (
    <Dialog
      open={props.open}
      onClose={props.onClose}
      title={props.title}
      description={props.children}
      size="s"
      footer={
        <>
          <Button autofocus onClick={props.onClose}>Keep as is</Button>
          <Button
            variant={props.danger ? "danger" : "primary"}
            busy={props.busy}
            onClick={props.onConfirm}
          >
            {props.confirm}
          </Button>
        </>
      }
    />
  );
}
