import { expect, test } from 'vitest';
import { withConstants } from './constant-bindings.ts';

test.each([
  ['a value', 'var size = 4;', 'const size=4;'],
  ['a function', 'var double = (n) => 2 * n;', 'const double=(n) => 2 * n;'],
  ['a class', 'var Decoder = class {\n  #size = 0;\n};', 'const Decoder=class {\n  #size = 0;\n};'],
  ['a call without side effects', 'var table = /* @__PURE__ */ make();', 'const table=/* @__PURE__ */ make();'],
  ['each of several', 'import a from "a";\nvar b = a;\n\n// c\nvar c = b;\nexport { b, c };\n', undefined],
  ['an object with assigned properties', 'var state = {};\nstate.size = 1;\nstate["size"]++;', undefined],
  ['a negated value', 'var isOpen = true;\nif (!isOpen) stop();', undefined],
  ['a name of an inner loop', 'var name = 1;\nfor (const name of []) ;', undefined],
  ['a comparison', 'var size = 4;\nif (size === 5 || size <= 2) stop();', undefined],
])('declares %s as a constant', (_, module, expected) => {
  expect(withConstants(module)).toBe(expected ?? module.replaceAll(/^var (\w+) = /gm, 'const $1='));
});

test.each([
  ['assigned', 'var size = 4;\nvar grow = (n) => size = n;', 'size'],
  ['assigned with an operator', 'var size = 4;\nvar grow = () => size ??= 8;', 'size'],
  ['incremented', 'var count = 0;\nvar next = () => ++count;', 'count'],
  ['decremented', 'var count = 0;\nvar next = () => count--;', 'count'],
  ['assigned by a pattern of an object', 'var size = 4;\nvar take = (from) => ({ size } = from);', 'size'],
  ['renamed by a pattern', 'var size = 4;\nvar take = (from) => ({ length: size = 1 } = from);', 'size'],
  ['assigned by a pattern of an array', 'var size = 4;\nvar take = (from) => [, ...size] = from;', 'size'],
  ['assigned by a loop', 'var last = 0;\nvar run = (all) => { for (last of all) ; };', 'last'],
])('keeps a variable that is %s', (_, module, name) => {
  const built = withConstants(module);
  expect(built).toContain(`var ${name} = `);
  expect(built.match(/^const /gm)).toHaveLength(1);
});

test.each([
  ['without an initializer', 'var size;'],
  ['declared with others', 'var size = 4, count = 0;'],
  ['inside a function', 'function run() {\n  var size = 4;\n}'],
  ['made by a pattern', 'var { size } = options;'],
])('keeps a variable that is %s', (_, module) => {
  expect(withConstants(module)).toBe(module);
});

test('keeps the columns after the declared name, for the source map', () => {
  const module = 'var names = [first(), second()];';
  expect(withConstants(module).indexOf('second')).toBe(module.indexOf('second'));
});
