// What react.ts uses of React, which is the program's own: from version 18 on.

declare module "react" {
  export function useSyncExternalStore<T>(
    subscribe: (listener: () => void) => () => void,
    current: () => T,
    onServer: () => T,
  ): T;
}
