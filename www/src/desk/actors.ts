// Who did something, by name. A token that is gone keeps its id.

import { useAsked } from "./asked.ts";
import { to } from "./route.ts";

export interface ActorWords {
  name: string;
  href?: string;
}

export function useActors(): (actor: string) => ActorWords {
  const tokens = useAsked("admin.token.list", { limit: 200 });
  const names = new Map(tokens.value?.items.map(({ id, name }) => [id, name]));
  return (actor) => {
    if (actor === "key") return { name: "whoever has the key" };
    if (actor === "payments") return { name: "a payment provider" };
    if (actor === "system") return { name: "the server" };
    if (actor.startsWith("cus_")) return { name: "the customer", href: to(["customers", actor]) };
    const name = names.get(actor);
    return { name: name ? `token “${name}”` : actor };
  };
}
