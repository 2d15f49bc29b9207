// Ratios within one run: the sides take turns, and medians of their rates count.

const TURNS = 9;
const TURN_MS = 300;

/** Calls of `work` per second of this process's own processor time. */
async function rate(work) {
  const begun = process.cpuUsage();
  const until = performance.now() + TURN_MS;
  let done = 0;
  while (performance.now() < until) {
    for (let again = 0; again < 20; again += 1) await work();
    done += 20;
  }
  const { user, system } = process.cpuUsage(begun);
  return done / ((user + system) / 1e6);
}

/** The median rate of each side, by its name. */
export async function rates(sides) {
  const seen = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  for (let turn = 0; turn <= TURNS; turn += 1) {
    for (const [name, work] of Object.entries(sides)) {
      const found = await rate(work);
      // The first turn is for the compiler to warm up in.
      if (turn > 0) seen[name].push(found);
    }
  }
  return Object.fromEntries(Object.entries(seen).map(([name, all]) => [name, median(all)]));
}

export function median(numbers) {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}

export function tell(what, ratio, detail) {
  console.log(`${what}: ${ratio.toFixed(2)} (${detail})`);
}

export const whole = (number) => Math.round(number).toLocaleString("en");
