/** What stands in place of content: nothing yet, something wrong, still coming. */
import type { ComponentChildren, JSX } from "preact";
import { classNames } from "./class_names.ts";
import { Icon, type IconName } from "./icons.tsx";

export interface StateProps {
  readonly title: string;
  readonly icon?: IconName;
  readonly children?: ComponentChildren;
  /** What can be done about it. */
  readonly actions?: ComponentChildren;
  readonly compact?: boolean;
}

export function Empty({ title, icon, children, actions, compact }: StateProps): JSX.Element {
  return (
    <div class={classNames("state", compact && "state-compact")}>
      {icon && <Icon name={icon} size={20} />}
      <p class="state-title">{title}</p>
      {children && <div class="state-text">{children}</div>}
      {actions && <div class="state-actions">{actions}</div>}
    </div>
  );
}

export interface ErrorStateProps extends StateProps {
  /** The error's code or request id, for a report. */
  readonly code?: string;
}

export function ErrorState(
  { title, icon = "error", children, actions, compact, code }: ErrorStateProps,
): JSX.Element {
  return (
    <div class={classNames("state state-error", compact && "state-compact")} role="alert">
      <Icon name={icon} size={20} />
      <p class="state-title">{title}</p>
      {children && <div class="state-text">{children}</div>}
      {code && <code class="state-code">{code}</code>}
      {actions && <div class="state-actions">{actions}</div>}
    </div>
  );
}

export interface SkeletonProps {
  /** What is loading; read out once. */
  readonly label: string;
  readonly lines?: number;
  readonly shape?: "text" | "rows" | "block";
}

export function Skeleton({ label, lines = 3, shape = "text" }: SkeletonProps): JSX.Element {
  return (
    <div class="skeleton" data-shape={shape} role="status">
      <span class="visually-hidden">{label}</span>
      {Array.from(
        { length: shape === "block" ? 1 : lines },
        (_, index) => <i key={index} class="skeleton-line" />,
      )}
    </div>
  );
}

export function Spinner({ label }: { readonly label: string }): JSX.Element {
  return (
    <span class="spinner-box" role="status">
      <span class="spinner" aria-hidden="true" />
      <span class="visually-hidden">{label}</span>
    </span>
  );
}

export interface NoticeProps {
  readonly tone: "neutral" | "accent" | "warn" | "bad" | "ok";
  readonly children: ComponentChildren;
  readonly actions?: ComponentChildren;
}

const noticeIcons: Record<NoticeProps["tone"], IconName> = {
  neutral: "info",
  accent: "info",
  warn: "warning",
  bad: "error",
  ok: "approve",
};

/** One line across a page or panel: offline, reconnecting, demonstration model. */
export function Notice({ tone, children, actions }: NoticeProps): JSX.Element {
  return (
    <div class="notice" data-tone={tone} role="status">
      <Icon name={noticeIcons[tone]} />
      <div class="notice-text">{children}</div>
      {actions}
    </div>
  );
}
