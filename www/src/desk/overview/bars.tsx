// A bar for each day, or the same as a table.

import { useState } from "preact/hooks";
import { count, day } from "../kit/parts.tsx";

interface BarsProps {
  title: string;
  noun: string;
  days: { date: string; amount: number }[];
}

const width = 600;
const height = 120;
const gap = 0.22;

export function Bars({ title, noun, days }: BarsProps) {
  const [isTable, setTable] = useState(false);
  const [at, setAt] = useState<number | null>(null);
  const most = niceMax(Math.max(...days.map(({ amount }) => amount)));
  const total = days.reduce((sum, { amount }) => sum + amount, 0);
  const pointed = at === null ? null : days[at];
  const step = width / days.length;
  return (
    <section class="card chart" aria-label={title}>
      <header class="card-head">
        <h2>{title}</h2>
        <span class="soft">{pointed ? `${day(pointed.date)}: ${count(pointed.amount, noun)}` : `${count(total, noun)} in ${days.length} days`}</span>
        <button class="copy card-do" type="button" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? "As bars" : "As a table"}
        </button>
      </header>
      {isTable ? (
        <div class="chart-table" tabIndex={0} role="region" aria-label={`${title} by day`}>
          <table>
            <thead>
              <tr>
                <th scope="col">Day</th>
                <th scope="col" data-number>
                  {title}
                </th>
              </tr>
            </thead>
            <tbody>
              {days.toReversed().map(({ date, amount }) => (
                <tr key={date}>
                  <th scope="row">{day(date)}</th>
                  <td data-number>{amount.toLocaleString("en")}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <div class="chart-plot">
          <span class="chart-most soft" aria-hidden="true">
            {most.toLocaleString("en")}
          </span>
          <svg
            viewBox={`0 0 ${width} ${height}`}
            preserveAspectRatio="none"
            role="img"
            aria-label={`${title}: ${count(total, noun)} in ${days.length} days. As a table by the button above.`}
            onMouseLeave={() => setAt(null)}
          >
            <path class="chart-grid" d={`M0 .5H${width}M0 ${height / 2}H${width}`} vector-effect="non-scaling-stroke" />
            {days.map(({ date, amount }, place) => {
              const tall = (amount / most) * height;
              return (
                <g key={date} onMouseEnter={() => setAt(place)}>
                  <rect class="chart-catch" x={place * step} y="0" width={step} height={height} />
                  <rect
                    class="chart-bar"
                    data-at={place === at}
                    x={(place + gap / 2) * step}
                    y={height - Math.max(tall, amount > 0 ? 2 : 0)}
                    width={step * (1 - gap)}
                    height={Math.max(tall, amount > 0 ? 2 : 0)}
                  />
                </g>
              );
            })}
            <path class="chart-ground" d={`M0 ${height - 0.5}H${width}`} vector-effect="non-scaling-stroke" />
          </svg>
          <p class="chart-ends soft" aria-hidden="true">
            <span>{days[0] && day(days[0].date)}</span>
            <span>today</span>
          </p>
        </div>
      )}
    </section>
  );
}

/** The next number with one leading digit of 1, 2 or 5. */
function niceMax(most: number): number {
  if (most <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  const nice = [1, 2, 5, 10].find((factor) => factor * power >= most) ?? 10;
  return nice * power;
}
