// Which screen stands at which address.

import { Customers } from "./customers/customers.tsx";
import { CustomerScreen } from "./customers/customer.tsx";
import { HistoryScreen } from "./history/history.tsx";
import { Keys } from "./keys/keys.tsx";
import { LicenseScreen } from "./license/license.tsx";
import { Licenses } from "./licenses/licenses.tsx";
import { NewLicense } from "./licenses/new_license.tsx";
import { MailScreen } from "./mail/mail.tsx";
import { TemplateScreen } from "./mail/template.tsx";
import { Orders } from "./orders/orders.tsx";
import { Overview } from "./overview/overview.tsx";
import { Payments } from "./payments/payments.tsx";
import { PlanScreen } from "./products/plan.tsx";
import { ProductScreen } from "./products/product.tsx";
import { Products } from "./products/products.tsx";
import { Empty, Heading } from "./kit/parts.tsx";
import { type Route, to } from "./route.ts";
import { Tokens } from "./tokens/tokens.tsx";
import { WebhookScreen } from "./webhooks/webhook.tsx";
import { Webhooks } from "./webhooks/webhooks.tsx";

export function Screen({ route }: { route: Route }) {
  const [screen = "overview", of, then] = route.path;
  switch (screen) {
    case "overview":
      return <Overview />;
    case "licenses":
      if (of === "new") return <NewLicense query={route.query} />;
      return of ? <LicenseScreen id={of} /> : <Licenses query={route.query} />;
    case "customers":
      return of ? <CustomerScreen id={of} /> : <Customers query={route.query} />;
    case "products":
      if (then) return <PlanScreen product={of ?? ""} plan={then} />;
      return of ? <ProductScreen id={of} /> : <Products />;
    case "mail":
      return of ? <TemplateScreen name={of} /> : <MailScreen query={route.query} />;
    case "orders":
      return <Orders query={route.query} />;
    case "payments":
      return <Payments query={route.query} />;
    case "webhooks":
      return of ? <WebhookScreen id={of} query={route.query} /> : <Webhooks query={route.query} />;
    case "history":
      return <HistoryScreen query={route.query} />;
    case "tokens":
      return <Tokens query={route.query} />;
    case "keys":
      return <Keys />;
    default:
      return (
        <>
          <Heading>There is no such screen</Heading>
          <Empty title="The address may be mistyped">
            Go on from the <a href={to(["overview"])}>overview</a>.
          </Empty>
        </>
      );
  }
}
