import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { IconButton } from "../../../lib/ui/button.tsx";
import { toast } from "../../../lib/ui/toast.tsx";

const SHOWN_MS = 1_500;

export interface CopyButtonProps {
  readonly text: string;
  readonly label: string;
}

export function CopyButton({ text, label }: CopyButtonProps): JSX.Element {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      toast({
        tone: "warn",
        text: "The browser does not allow copying here; select the text instead",
      });
    }
  }
  return (
    <IconButton
      size="s"
      icon={copied ? "approve" : "copy"}
      label={copied ? "Copied" : label}
      onClick={copy}
    />
  );
}
