/** Users by name, from the text of passwd. */
import { expect, test } from 'vitest';
import { findUser } from '../../../libprocess/subprocess/users.ts';

const PASSWD = [
  'root:x:0:0:root:/root:/bin/bash',
  '# a comment',
  'broken:x::',
  'ann:x:1000:100::/home/ann:/bin/sh',
  '',
];

test.each([
  ['root', { uid: 0, gid: 0 }],
  ['ann', { uid: 1000, gid: 100 }],
  ['broken', null],
  ['nobody-here', null],
  ['', null],
])('user %j is %j', (name, user) => {
  expect(findUser(PASSWD.join('\n'), name)).toEqual(user);
});
