/**
 * One shared turn of the event loop: what many runs want "after the microtasks" runs in one callback,
 * so that two hundred runs cost one turn and not two hundred.
 */
export interface Turn {
  onTurn(): void;
}

let waiting: Turn[] = [];

/** Calls `turn.onTurn()` in a later macrotask, after every microtask queued until then. */
export function macrotask(turn: Turn): void {
  if (waiting.push(turn) === 1) setImmediate(runTurns);
}

function runTurns(): void {
  const turns = waiting;
  waiting = [];
  for (let i = 0; i < turns.length; i++) turns[i]!.onTurn();
}
