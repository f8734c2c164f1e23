// The two modules of node that the tests use. All of @types/node would also give the package's own code node's globals.

declare module 'node:test' {
  export function test(name: string, run: () => void | Promise<void>): void;
}

declare module 'node:assert/strict' {
  const assert: {
    equal(actual: unknown, expected: unknown): void;
    deepEqual(actual: unknown, expected: unknown): void;
    ok(value: unknown): void;
    rejects(promise: Promise<unknown>, check: (error: never) => boolean): Promise<void>;
  };
  export default assert;
}
