/** The one icon set: drawn on a 16 px grid, stroke 1.5, round joins. Decorative unless given a label. */
import type { JSX } from "preact";

const paths = {
  agent: "M8 3a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5ZM3 13.5c.6-2.6 2.6-4 5-4s4.4 1.4 5 4",
  approve: "M3 8.5 6.5 12 13 4.5",
  arrowDown: "M8 3v10M4 9l4 4 4-4",
  arrowUp: "M8 13V3M4 7l4-4 4 4",
  attach:
    "m13 7.5-5.2 5.2a3 3 0 0 1-4.3-4.3l5.4-5.4a2 2 0 0 1 2.9 2.9L6.5 11.2a1 1 0 0 1-1.5-1.5l4.7-4.7",
  board:
    "M3.5 2.5h1a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-1a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1ZM7.5 2.5h1a1 1 0 0 1 1 1v5a1 1 0 0 1-1 1h-1a1 1 0 0 1-1-1v-5a1 1 0 0 1 1-1ZM11.5 2.5h1a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1h-1a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1Z",
  branch:
    "M4.5 4.5v7M4.5 4.5a1.5 1.5 0 1 0 0-.01M4.5 13a1.5 1.5 0 1 0 0-.01M11.5 6a1.5 1.5 0 1 0 0-.01M11.5 6.5c0 3-7 1.5-7 4.5",
  chat: "M2.5 4.5a2 2 0 0 1 2-2h7a2 2 0 0 1 2 2v4a2 2 0 0 1-2 2H7l-3.5 3v-3a1 1 0 0 1-1-1z",
  chevronDown: "m4 6 4 4 4-4",
  chevronRight: "m6 4 4 4-4 4",
  clock: "M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11ZM8 5v3.2l2 1.3",
  close: "m4 4 8 8M12 4l-8 8",
  coin:
    "M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11ZM9.9 6.2c-.4-.8-1.1-1.1-1.9-1.1-1 0-1.9.5-1.9 1.4 0 2 3.9 1 3.9 3 0 .9-.9 1.4-2 1.4-.9 0-1.7-.4-2-1.2M8 4.3v.8M8 10.9v.8",
  copy:
    "M6.5 5.5h5a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-5a1 1 0 0 1-1-1v-6a1 1 0 0 1 1-1ZM3.5 10.5v-7a1 1 0 0 1 1-1h5",
  covenant:
    "M4.5 2.5h5l3 3v7a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1ZM9.5 2.5v3h3M6 11l1.3 1.2L10 9.5",
  edit: "M10.5 3 13 5.5 6 12.5l-3 .5.5-3z",
  error: "M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11ZM8 5.2v3.3M8 10.8v.1",
  external: "M6.5 3.5h-3v9h9v-3M9.5 2.5h4v4M13 3 7.5 8.5",
  filter: "M2.5 4h11M4.5 8h7M6.5 12h3",
  folder: "M2.5 4.5a1 1 0 0 1 1-1h3l1.5 2h4.5a1 1 0 0 1 1 1v5a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1z",
  info: "M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11ZM8 7.5v3.3M8 5.1v.1",
  key: "M10.5 2.5a3 3 0 1 1 0 6 3 3 0 0 1 0-6ZM8.3 7.7 3 13M5 11l1.5 1.5",
  link:
    "M6.8 9.2a2.5 2.5 0 0 0 3.5 0l2.3-2.3a2.5 2.5 0 0 0-3.5-3.5l-.8.8M9.2 6.8a2.5 2.5 0 0 0-3.5 0L3.4 9.1a2.5 2.5 0 0 0 3.5 3.5l.8-.8",
  lock:
    "M4.5 7.5h7a1 1 0 0 1 1 1v4a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-4a1 1 0 0 1 1-1ZM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5",
  menu: "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
  moon: "M13.3 9.7A5.7 5.7 0 0 1 6.3 2.7a5.7 5.7 0 1 0 7 7Z",
  more:
    "M3.5 7.7a.3.3 0 1 1 0 .6.3.3 0 1 1 0-.6ZM8 7.7a.3.3 0 1 1 0 .6.3.3 0 1 1 0-.6ZM12.5 7.7a.3.3 0 1 1 0 .6.3.3 0 1 1 0-.6Z",
  ops: "M2.5 13.5h11M4.5 11V7.5M8 11V3.5M11.5 11V6",
  panel: "M3.5 3h9a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1ZM9.5 3v10",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  play: "M5 3.2v9.6l7.5-4.8z",
  plus: "M8 3v10M3 8h10",
  redo: "M13 6.5H6a3 3 0 0 0 0 6h4M10.5 4 13 6.5 10.5 9",
  retry: "M13 8a5 5 0 1 1-1.5-3.6M13 2.5v2.7h-2.7",
  rewind: "M3 6.5h7a3 3 0 0 1 0 6H6M5.5 4 3 6.5 5.5 9",
  runs:
    "M4 6.5a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3ZM12 2.5a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3ZM12 10.5a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3ZM5.5 7.5l5-2.9M5.5 8.5l5 2.9",
  search: "M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9ZM10.3 10.3l3.2 3.2",
  send: "M8 13V3M4 7l4-4 4 4",
  settings:
    "M2.5 4.5h6M11.5 4.5h2M2.5 11.5h2M7.5 11.5h6M10 3a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3ZM6 10a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3Z",
  stop:
    "M5.5 4h5A1.5 1.5 0 0 1 12 5.5v5a1.5 1.5 0 0 1-1.5 1.5h-5A1.5 1.5 0 0 1 4 10.5v-5A1.5 1.5 0 0 1 5.5 4Z",
  sun:
    "M8 5.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5ZM8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9",
  system:
    "M3.5 3h9a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1ZM6 13.5h4M8 11v2.5",
  timeline: "M2.5 4h5M5 8h6M8.5 12h5",
  tool:
    "M9.6 6.4a3 3 0 0 1 3.6-3.9l-1.9 1.9.3 1.2 1.2.3 1.9-1.9a3 3 0 0 1-3.9 3.6l-4.9 4.9a1.5 1.5 0 0 1-2.1-2.1z",
  trash: "M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.7 9h6.6l.7-9",
  tree: "M3 3.5h4M3 3.5v8.5a.5.5 0 0 0 .5.5H7M3 8h4M9.5 3.5h4M9.5 8h4M9.5 12.5h4",
  warning: "M8 2.5 14 13H2zM8 6.5v3M8 11.4v.1",
} as const;

export type IconName = keyof typeof paths;
export const iconNames = Object.keys(paths) as IconName[];

export interface IconProps {
  readonly name: IconName;
  /** Pixels; the stroke keeps its weight on the 16 px grid. */
  readonly size?: number;
  /** Names the icon when nothing beside it does. */
  readonly label?: string;
  readonly class?: string;
}

export function Icon({ name, size = 16, label, class: className }: IconProps): JSX.Element {
  return (
    <svg
      class={className ? `icon ${className}` : "icon"}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      role={label ? "img" : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : "true"}
    >
      <path d={paths[name]} />
    </svg>
  );
}
