// The little of Node.js that these tests use.

declare module 'node:test' {
  export default function test(name: string, run: () => void): void;
}

declare module 'node:assert/strict' {
  const assert: {
    ok(value: unknown, message?: string): void;
    equal(actual: unknown, expected: unknown, message?: string): void;
    deepEqual(actual: unknown, expected: unknown, message?: string): void;
    match(actual: string, expected: RegExp): void;
  };
  export default assert;
}
