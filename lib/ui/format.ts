/**
 * Figures as people read them. Pure; the same on the server and in the browser, so nothing depends on
 * the reader's locale: a narrow no-break space groups thousands and stands before units.
 */
const thin = "\u202f";
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** 1234567 → "1 234 567". */
export function formatCount(count: number): string {
  const [whole, fraction] = String(count).split(".");
  const grouped = whole!.replace(/\B(?=(\d{3})+(?!\d))/g, thin);
  return (fraction ? `${grouped}.${fraction}` : grouped).replace("-", "−");
}

/** 12 400 → "12.4 k"; exact below ten thousand. */
export function formatShort(count: number): string {
  const size = Math.abs(count);
  if (size < 10_000) return formatCount(Math.round(count));
  const [by, unit] = size < 999_950 ? [1e3, "k"] : size < 999_950_000 ? [1e6, "M"] : [1e9, "G"];
  return `${formatCount(Number((count / by).toFixed(1)))}${thin}${unit}`;
}

/**
 * Micro-dollars as dollars: two places from one dollar, four below, six where four would show
 * nothing. `short` leaves off trailing zeros, for limits: "$0.05".
 */
export function formatMoney(micros: number, { short = false } = {}): string {
  if (micros === 0) return "$0";
  const size = Math.abs(micros);
  const places = size >= 1_000_000 ? 2 : size >= 100 ? 4 : 6;
  const [whole, fraction] = (size / 1_000_000).toFixed(places).split(".");
  const kept = short ? fraction!.replace(/0+$/, "") : fraction!;
  const text = `$${formatCount(Number(whole))}${kept ? `.${kept}` : ""}`;
  return micros < 0 ? `−${text}` : text;
}

/** Milliseconds: "2 ms", "1.2 s", "21 s", "1 min 52 s", "1 h 52 min", "3 d 4 h". */
export function formatDuration(ms: number): string {
  if (ms < 0) return `−${formatDuration(-ms)}`;
  if (ms < second - 0.5) return `${Math.round(ms)}${thin}ms`;
  if (ms < 9_950) return `${(ms / second).toFixed(1)}${thin}s`;
  if (ms < minute - 500) return `${Math.round(ms / second)}${thin}s`;
  if (ms < hour - 500) return pair(Math.round(ms / second), 60, "min", "s");
  if (ms < day - minute / 2) return pair(Math.round(ms / minute), 60, "h", "min");
  return pair(Math.round(ms / hour), 24, "d", "h");
}

function pair(total: number, base: number, large: string, small: string): string {
  const rest = total % base;
  const head = `${formatCount(Math.floor(total / base))}${thin}${large}`;
  return rest === 0 ? head : `${head} ${rest}${thin}${small}`;
}

/** Epoch milliseconds against now: "now", "12 s ago", "in 9 min", "3 h ago", then the date. */
export function formatRelative(at: number, now: number): string {
  const distance = Math.abs(now - at);
  if (distance < 5 * second) return "now";
  if (distance > 7 * day) return new Date(at).toISOString().slice(0, 10);
  const [by, unit] = distance < minute
    ? [second, "s"]
    : distance < hour
    ? [minute, "min"]
    : distance < day
    ? [hour, "h"]
    : [day, "d"];
  const text = `${Math.floor(distance / by)}${thin}${unit}`;
  return at > now ? `in ${text}` : `${text} ago`;
}

/** A share of one: "62 %", "0.4 %", "99.5 %". */
export function formatPercent(share: number): string {
  const percent = share * 100;
  const fine = percent !== 0 && (Math.abs(percent) < 1 || (percent > 99 && percent < 100));
  return `${formatCount(Number(percent.toFixed(fine ? 1 : 0)))}${thin}%`;
}

/** Bytes in binary steps: "512 B", "1.4 KiB". */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const size = bytes / 1024 ** step;
  return `${step === 0 ? size : Number(size.toFixed(size < 10 ? 1 : 0))}${thin}${units[step]}`;
}
