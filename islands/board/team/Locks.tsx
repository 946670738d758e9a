/** Locks with what is left of them, counted down by the server's clock. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Lock } from "../../../lib/coordination/locks/schema.ts";
import { IconButton } from "../../../lib/ui/button.tsx";
import { ConfirmDialog } from "../../../lib/ui/dialog.tsx";
import { useReading } from "../../_runtime/server_clock.ts";
import { useBoard } from "../context.ts";
import { nameOf } from "./Avatar.tsx";
import { Path } from "./Path.tsx";
import { formatLeft } from "./standing.ts";
import { Section } from "./Section.tsx";

/** A lease with less than this left is about to be somebody else's. */
const SOON_MS = 120_000;

export function Locks(): JSX.Element {
  const { state, actions } = useBoard();
  const [asked, setAsked] = useState<Lock | null>(null);
  const locks = [...state.data.value.locks.values()].sort((a, b) =>
    a.resourcePath < b.resourcePath ? -1 : 1
  );
  const mine = asked?.lockedBy === state.me;
  return (
    <Section id="locks" title="Locks" count={locks.length} empty="Nothing is locked">
      <ul class="held-rows">
        {locks.map((lock) => (
          <LockRow
            key={lock.resourcePath}
            lock={lock}
            onRelease={() => setAsked(lock)}
          />
        ))}
      </ul>
      <ConfirmDialog
        open={asked !== null}
        title={mine
          ? "Release this lock?"
          : `Take this lock from ${asked && nameOf(asked.lockedBy)}?`}
        confirm={mine ? "Release" : "Release by force"}
        danger={!mine}
        onClose={() => setAsked(null)}
        onConfirm={() => {
          if (asked) void actions.releaseLock(asked);
          setAsked(null);
        }}
      >
        {asked && (
          <>
            <code>{asked.resourcePath}</code> {mine
              ? "is free for the next in the queue."
              : `may be in the middle of a change. Guarded writes with token #${asked.token} are refused from then on.`}
          </>
        )}
      </ConfirmDialog>
    </Section>
  );
}

function LockRow({ lock, onRelease }: { lock: Lock; onRelease: () => void }): JSX.Element {
  const { state } = useBoard();
  const until = Date.parse(lock.expiresAt);
  const left = useReading(lock.expiresAt, (now) => formatLeft(until - now));
  const soon = useReading(lock.expiresAt, (now) => until - now < SOON_MS);
  const mayRelease = lock.lockedBy === state.me ? state.mayWrite : state.mayForce;
  return (
    <li class="held-row">
      <span class="held-what mono">
        <Path path={lock.resourcePath} />
      </span>
      <span class="held-left mono" data-soon={soon ? "" : undefined}>
        <span class="visually-hidden">runs out in</span> {left}
      </span>
      <span class="held-by">
        <span class="held-name" title={nameOf(lock.lockedBy)}>{nameOf(lock.lockedBy)}</span>
        {lock.reason && <span title={lock.reason}>{lock.reason}</span>}
        {lock.waiting !== undefined && lock.waiting > 0 && (
          <span class="held-waits">{`${lock.waiting} waiting`}</span>
        )}
        <span class="mono" title="Fencing token">{`#${lock.token}`}</span>
      </span>
      {mayRelease && (
        <IconButton
          class="held-action"
          icon="close"
          size="s"
          tooltip="none"
          label={`Release ${lock.resourcePath}`}
          onClick={onRelease}
        />
      )}
    </li>
  );
}
