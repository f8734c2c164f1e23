/**
 * What a page needs around its calls: sounds, attention outside of the page, checks of the browser, level meters.
 * @module browser
 */
export { Attention } from './attention.js';
export type { AttentionOptions, Ring } from './attention.js';
export { checkBrowser } from './checks.js';
export type { CheckedBrowser, Lack } from './checks.js';
export { watchLevel } from './level.js';
export { Ringer } from './ringer.js';
export type { RingerOptions, Sound, SoundState } from './ringer.js';
