// The screens of the desk, as they stand beside each.

import type { ComponentChild } from "preact";
import { Box, Card, Home, Hook, Key, Mail, Past, People, Receipt, Seal, Ticket } from "../../parts/icons.tsx";

export interface Place {
  path: string;
  name: string;
  icon: ComponentChild;
  /** After `g`, goes there. */
  letter: string;
}

export const places: Place[][] = [
  [
    { path: "overview", name: "Overview", icon: <Home />, letter: "o" },
    { path: "licenses", name: "Licenses", icon: <Ticket />, letter: "l" },
    { path: "customers", name: "Customers", icon: <People />, letter: "c" },
    { path: "products", name: "Products", icon: <Box />, letter: "p" },
  ],
  [
    { path: "orders", name: "Orders", icon: <Receipt />, letter: "r" },
    { path: "payments", name: "Payments", icon: <Card />, letter: "y" },
    { path: "mail", name: "Mail", icon: <Mail />, letter: "m" },
    { path: "webhooks", name: "Webhooks", icon: <Hook />, letter: "w" },
    { path: "history", name: "History", icon: <Past />, letter: "h" },
  ],
  [
    { path: "tokens", name: "Tokens", icon: <Key />, letter: "t" },
    { path: "keys", name: "Signing keys", icon: <Seal />, letter: "k" },
  ],
];
