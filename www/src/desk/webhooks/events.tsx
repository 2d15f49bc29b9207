// Which events a webhook is told of: all, groups, or single types.

import { eventName } from "../history_words.ts";
import { everything, groups } from "./words.ts";

interface EventsProps {
  events: string[];
  onEvents: (events: string[]) => void;
}

export function EventChoice({ events, onEvents }: EventsProps) {
  const isAll = events.includes(everything);
  return (
    <fieldset class="fieldset">
      <legend class="field-label">What it is told</legend>
      <label class="choice">
        <input type="checkbox" checked={isAll} onChange={() => onEvents(isAll ? ["license.*"] : [everything])} />
        Everything that happens
      </label>
      {!isAll && (
        <div class="event-groups">
          {groups.map(([group, types]) => (
            <Group key={group} group={group} types={types} events={events} onEvents={onEvents} />
          ))}
        </div>
      )}
    </fieldset>
  );
}

interface GroupProps extends EventsProps {
  group: string;
  types: string[];
}

function Group({ group, types, events, onEvents }: GroupProps) {
  const isWhole = events.includes(group);
  const others = events.filter((event) => event !== group && !types.includes(event));
  // A group of one is that one.
  const isSingle = types.length === 1;
  return (
    <div class="event-group">
      {!isSingle && (
        <label class="choice">
          <input type="checkbox" checked={isWhole} onChange={() => onEvents(isWhole ? others : [...others, group])} />
          <code>{group}</code> <span class="soft">All of them, also those to come</span>
        </label>
      )}
      {(isSingle || !isWhole) &&
        types.map((type) => {
          const isPicked = isWhole || events.includes(type);
          return (
            <label class="choice" key={type} data-nested={!isSingle}>
              <input
                type="checkbox"
                checked={isPicked}
                onChange={() => onEvents(isPicked ? events.filter((event) => event !== type && event !== group) : [...events, type])}
              />
              <code>{type}</code> <span class="soft">{eventName(type)}</span>
            </label>
          );
        })}
    </div>
  );
}
