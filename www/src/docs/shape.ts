// A schema in words: what a value is, and within which limits.

import type { OpenRpc, Schema } from "./openrpc.ts";

export interface Shape {
  /** `text`, `whole number`, `list of License`, … */
  type: string;
  nullable: boolean;
  /** Limits, each a short phrase. */
  limits: string[];
  /** What a text must look like, in a sentence. */
  note: string | undefined;
  /** The words of an enum with what each means. */
  words: [string, string][];
  /** What a record or each item of a list is made of. */
  members: Member[];
}

export interface Member {
  name: string;
  description: string;
  required: boolean;
  schema: Schema;
}

interface Unfolded {
  schema: Schema;
  name: string | undefined;
  nullable: boolean;
}

const isNull = ({ type }: Schema) => type === "null";

/** Follows references, and takes the null out of what may be null. */
function unfold(schema: Schema, document: OpenRpc): Unfolded {
  const choices = schema.anyOf ?? [];
  const [only, ...others] = choices.filter((choice) => !isNull(choice));
  if (only && others.length === 0) return { ...unfold(only, document), nullable: choices.length > 1 };
  const [wrapped] = schema.allOf ?? [];
  if (wrapped) return unfold(wrapped, document);
  if (schema.$ref) {
    const name = schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1);
    const target = document.components.schemas[name];
    return target ? { ...unfold(target, document), name } : { schema: {}, name: "OpenRPC document", nullable: false };
  }
  if (Array.isArray(schema.type)) {
    const [type] = schema.type.filter((kind) => kind !== "null");
    return { schema: { ...schema, type: type ?? "null" }, name: undefined, nullable: true };
  }
  return { schema, name: undefined, nullable: false };
}

export function shapeOf(folded: Schema, document: OpenRpc): Shape {
  const { schema, name, nullable } = unfold(folded, document);
  const id = /^\^([a-z]{3}_)\[/u.exec(schema.pattern ?? "")?.[1];
  const words = (schema.enum ?? []).map((word): [string, string] => [word, schema["x-meanings"]?.[word] ?? ""]);
  const limits = limitsOf(schema);
  return {
    type: id ? `id ${id}…` : typeOf(schema, name, document),
    nullable: nullable && !isNull(schema),
    limits: schema.pattern === "\\S" ? [...limits, "not blank"] : limits,
    // The pattern itself is for programs; whoever wrote it says the same in words.
    note: id || !schema.pattern || schema.pattern === "\\S" ? undefined : schema.description,
    words,
    members: membersOf(schema, document),
  };
}

function typeOf(schema: Schema, name: string | undefined, document: OpenRpc): string {
  if (schema.enum) return "word";
  const choices = schema.anyOf ?? [];
  if (choices.length > 0) return [...new Set(choices.map((choice) => shapeOf(choice, document).type))].join(" or ");
  switch (schema.type) {
    case "string":
      return schema.format === "date-time" ? "timestamp" : schema.format === "ip" ? "IP address" : "text";
    case "integer":
      return "whole number";
    case "boolean":
      return "true or false";
    case "array":
      return `list of ${schema.items ? shapeOf(schema.items, document).type : "anything"}`;
    case "object":
      return name && schema.properties ? name : "object";
    case "null":
      return "null";
    default:
      return name ?? "anything";
  }
}

const count = new Intl.NumberFormat("en");

function limitsOf({ minimum, maximum, minLength, maxLength, maxItems }: Schema): string[] {
  const limits: string[] = [];
  if (minimum !== undefined && maximum !== undefined) {
    limits.push(`${count.format(minimum)} to ${count.format(maximum)}`);
  } else if (minimum !== undefined) {
    limits.push(`${count.format(minimum)} or more`);
  }
  if (minLength !== undefined && maxLength !== undefined) {
    limits.push(`${minLength} to ${maxLength} characters`);
  } else if (maxLength !== undefined) {
    limits.push(`at most ${maxLength} characters`);
  }
  if (maxItems !== undefined) limits.push(`at most ${maxItems} items`);
  return limits;
}

/** The members of a record, of each item of a list, or of every choice of records. */
function membersOf(schema: Schema, document: OpenRpc): Member[] {
  if (schema.items) return shapeOf(schema.items, document).members;
  const choices = schema.anyOf ?? schema.oneOf ?? [];
  if (choices.length > 0) {
    const members = choices.flatMap((choice) => shapeOf(choice, document).members);
    return members.map((member) => ({ ...member, required: false }));
  }
  const { properties = {}, required = [] } = schema;
  // The list of required members has the order in which the server writes them.
  const names = [...required, ...Object.keys(properties).filter((name) => !required.includes(name))];
  return names.flatMap((name) => {
    const member = properties[name];
    if (!member) return [];
    const description = member.description ?? "";
    return [{ name, description, required: required.includes(name), schema: member }];
  });
}
