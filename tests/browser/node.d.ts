// What the tests import of Node.js itself, without the types of all of it: those would also replace
// the browser's own, such as that of a timer.

declare module "node:assert/strict";
declare module "node:fs";
declare module "node:test";
declare module "node:zlib";
