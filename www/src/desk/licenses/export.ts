// Licenses as a table for other programs. Without keys: a file lies about longer than one thinks.

import { csv } from "../csv.ts";
import { save } from "../../parts/save.ts";
import type { License } from "../things.ts";

export function exportLicenses(licenses: License[]) {
  const rows = licenses.map((license) => [
    license.id,
    license.alias,
    license.product.slug,
    license.plan?.slug ?? "",
    license.customer?.email ?? "",
    license.customer?.name ?? "",
    license.status,
    String(license.activationsUsed),
    String(license.activationLimit),
    license.createdAt,
    license.expiresAt ?? "",
    license.lastCheckAt ?? "",
    String(license.checkCount),
    license.order ?? "",
    license.subscription ?? "",
  ]);
  const head = [
    "id",
    "alias",
    "product",
    "plan",
    "email",
    "name",
    "status",
    "activationsUsed",
    "activationLimit",
    "createdAt",
    "expiresAt",
    "lastCheckAt",
    "checkCount",
    "order",
    "subscription",
  ];
  save("licenses.csv", csv([head, ...rows]), "text/csv");
}
