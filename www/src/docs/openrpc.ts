// The server's own description of itself, as far as the page reads it.

export interface Schema {
  $ref?: string;
  type?: string | string[];
  description?: string;
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
  default?: unknown;
  enum?: string[];
  "x-meanings"?: Record<string, string>;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
}

export interface Param {
  name: string;
  description: string;
  required: boolean;
  schema: Schema;
}

export interface Example {
  name: string;
  params: { name: string; value: unknown }[];
  result: { value: unknown };
}

export interface Method {
  name: string;
  tags: { $ref: string }[];
  summary: string;
  description?: string;
  params: Param[];
  result: { name: string; schema: Schema };
  errors: { $ref: string }[];
  examples?: Example[];
  "x-scope": string | null;
  "x-subscription"?: Subscription;
}

export interface Subscription {
  notification: string;
  unsubscribe: string;
  schema: Schema;
  examples?: unknown[];
}

export interface ErrorObject {
  code: number;
  message: string;
  data: Record<string, unknown>;
}

export interface OpenRpc {
  info: { version: string; description: string };
  servers: { url: string }[];
  methods: Method[];
  components: {
    schemas: Record<string, Schema>;
    errors: Record<string, ErrorObject>;
    tags: Record<string, { name: string; description: string }>;
  };
  "x-errors": Record<string, { meaning: string; retryable: boolean }>;
}

/** Methods that are about one thing. */
export interface Group {
  name: string;
  description: string;
  methods: Method[];
}

export async function load(): Promise<OpenRpc> {
  const response = await fetch("/openrpc.json");
  if (!response.ok) throw new Error(`The server answered with status ${response.status}.`);
  return (await response.json()) as OpenRpc;
}

/** The last word of a reference: `#/components/errors/conflict` is `conflict`. */
export function named({ $ref }: { $ref: string }): string {
  return $ref.slice($ref.lastIndexOf("/") + 1);
}

/** The methods by what they are about, in the order of the document. */
export function groups({ methods, components }: OpenRpc): Group[] {
  const found = new Map<string, Group>();
  for (const method of methods) {
    const [tag] = method.tags;
    const name = tag ? named(tag) : "discovery";
    const description = components.tags[name]?.description ?? "The description that this page is made of.";
    const group = found.get(name) ?? { name, description, methods: [] };
    group.methods.push(method);
    found.set(name, group);
  }
  return [...found.values()];
}

/** Whether each word of the query is somewhere in what the method says of itself. */
export function matches(method: Method, query: string): boolean {
  const { name, summary, description = "", params, result, errors } = method;
  const scope = method["x-scope"] ?? "";
  const words = [name, summary, description, scope, result.name, ...errors.map(named)];
  const text = [...words, ...params.map((param) => param.name)].join("\n").toLowerCase();
  return query.toLowerCase().split(/\s+/u).every((word) => text.includes(word));
}

/** The methods that begin or end something on a connection, and so need one that stays. */
export function onSockets({ methods }: OpenRpc): Set<string> {
  return new Set(
    methods.flatMap(({ name, "x-subscription": pushed }) => (pushed ? [name, pushed.unsubscribe] : [])),
  );
}

/** The errors that any method may give, which no method need repeat. */
export function sharedErrors({ methods }: OpenRpc): Set<string> {
  const lists = methods.map(({ errors }) => errors.map(named)).filter((errors) => errors.length > 0);
  const [first = [], ...rest] = lists;
  return new Set(first.filter((word) => rest.every((list) => list.includes(word))));
}
