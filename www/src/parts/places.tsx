// How many places of a license are taken.

export interface Taken {
  activationType: string | null;
  activationLimit: number | null;
  activationsUsed: number | null;
}

// More than these in a row are a texture, not a number that an eye can take in.
const pipsMax = 12;

/** "2 of 3 domains in use". */
export function places({ activationType, activationLimit, activationsUsed }: Taken): string {
  const used = activationsUsed ?? 0;
  const limit = activationLimit ?? 0;
  const noun = activationType ?? "place";
  const plural = (amount: number) => (amount === 1 ? noun : `${noun}s`);
  if (limit === 0) return `${used === 0 ? "No" : used} ${plural(used)} in use, without limit`;
  return `${used === 0 ? "None" : used} of ${limit} ${plural(limit)} in use`;
}

export function PlacesTaken(taken: Taken) {
  const limit = taken.activationLimit ?? 0;
  return (
    <span class="places-taken">
      {places(taken)}
      {limit > 1 && limit <= pipsMax && <Pips limit={limit} used={taken.activationsUsed ?? 0} />}
    </span>
  );
}

function Pips({ limit, used }: { limit: number; used: number }) {
  // The vendor can give out more places than the limit has.
  const length = Math.min(Math.max(limit, used), pipsMax);
  return (
    <span class="pips" aria-hidden="true">
      {Array.from({ length }, (_, place) => (
        <i class="pip" key={place} data-used={place < used} />
      ))}
    </span>
  );
}
