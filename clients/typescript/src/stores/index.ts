/**
 * Stores of state for React, Vue, Svelte, or plain JavaScript.
 * @module stores
 */
export { createStores } from './call-stores.js';
export type { CallSnapshot, CallStores } from './call-stores.js';
export { ValueStore } from './store.js';
export type { Store } from './store.js';
