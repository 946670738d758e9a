/**
 * One shared turn of the event loop: what many runs want "after the microtasks" runs in one callback,
 * so that two hundred runs cost one turn and not two hundred.
 */
let waiting: (() => void)[] = [];

/** Runs `fn` in a later macrotask, after every microtask queued until then. */
export function macrotask(fn: () => void): void {
  if (waiting.push(fn) === 1) setImmediate(runTurn);
}

function runTurn(): void {
  const turn = waiting;
  waiting = [];
  for (let i = 0; i < turn.length; i++) turn[i]!();
}
