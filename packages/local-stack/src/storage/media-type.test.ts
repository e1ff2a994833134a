import { checkContentType, checkTypeList } from './media-type.js';

test.each([
  ['image/png', null],
  ['image/png', []],
  ['image/png', ['image/png']],
  ['image/png', ['text/plain', 'image/*']],
  ['text/plain;charset=UTF-8', ['text/*']],
])('lets %s pass the list %j', (type, list) => {
  expect(() => checkContentType(type, list)).not.toThrow();
});

test.each([
  ['image/png;foo=bar', ['image/png']],
  ['text/plain;charset=UTF-8', ['text/plain']],
  ['image/png', ['text/*']],
  ['nonsense', null],
  ['a/b/c', null],
  ['', null],
])('refuses %s by the list %j', (type, list) => {
  expect(() => checkContentType(type, list)).toThrow('mime type');
});

test.each([[['image/*']], [['image/png', 'application/vnd.x+json']], [[]]])('takes the list %j', (list) => {
  expect(() => checkTypeList(list)).not.toThrow();
});

test.each([[['image']], [['*']], [['*/*']], [['image/png', 'x/']], [['image/p ng']]])('refuses the list %j', (list) => {
  expect(() => checkTypeList(list)).toThrow('mime type');
});
