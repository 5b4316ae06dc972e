// Every command, parameter, reply field and event that the daemon relies on stands in the protocol's
// own description (npm devtools-protocol, pinned).

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';

const require = createRequire(import.meta.url);
const domains = new Map([
  ...require('devtools-protocol/json/browser_protocol.json').domains,
  ...require('devtools-protocol/json/js_protocol.json').domains,
].map((domain) => [domain.domain, domain]));

/** @type {{commands: {method: string, parameters: string[], reply: string[]}[], events: {method: string, fields: string[]}[]}} */
const used = JSON.parse(execFileSync(process.env.LMBRIDGE_CDP_NAMES ?? '', { encoding: 'utf8' }));

/** @param {string} method @param {'commands' | 'events'} kind */
function describeMethod(method, kind) {
  const [domainName, name] = method.split('.');
  const found = domains.get(domainName)?.[kind]?.find((/** @type {any} */ each) => each.name === name);
  assert.ok(found, `${method} is one of the protocol's ${kind}`);
  return { ...found, domainName };
}

/**
 * Follows a path such as "context.name" through the protocol's types.
 * @param {any[]} properties @param {string} path @param {string} domainName
 */
function assertField(properties, path, domainName, method) {
  let current = properties;
  let domain = domainName;
  for (const step of path.split('.')) {
    const property = (current ?? []).find((each) => each.name === step);
    assert.ok(property, `${method} has a field ${path}`);
    const reference = property.$ref ?? property.items?.$ref;
    if (!reference) {
      // An object without declared members holds whatever the browser puts there.
      current = property.properties ?? property.items?.properties ?? [];
      if (property.type === 'object' && !property.properties) return;
      continue;
    }
    const [first, second] = reference.split('.');
    domain = second ? first : domain;
    const typeNamed = (/** @type {string} */ id) => domains.get(domain)?.types.find((/** @type {any} */ each) => each.id === id);
    const type = typeNamed(second ?? first);
    // Some types are lists of another.
    current = (type?.items?.$ref ? typeNamed(type.items.$ref) : type)?.properties ?? [];
  }
}

test('nothing that the headers declare is left out here', () => {
  const folder = new URL('../../cdp/', import.meta.url);
  const headers = readdirSync(folder).filter((name) => /^protocol.*\.hpp$/.test(name));
  const source = headers.map((name) => readFileSync(new URL(name, folder), 'utf8')).join('');
  const declared = [...source.matchAll(/method = "([\w.]+)"/g)].map(([, method]) => method);
  assert.ok(declared.length > 10);
  const described = new Set([...used.commands, ...used.events].map(({ method }) => method));
  assert.deepEqual([...described].sort(), declared.sort());
});

for (const { method, parameters, reply } of used.commands) {
  test(`${method}: its parameters and the reply fields that are read`, () => {
    const command = describeMethod(method, 'commands');
    for (const parameter of parameters) assertField(command.parameters, parameter, command.domainName, method);
    for (const field of reply) assertField(command.returns, field, command.domainName, method);
  });
}

for (const { method, fields } of used.events) {
  test(`${method}: the fields that are read`, () => {
    const event = describeMethod(method, 'events');
    for (const field of fields) assertField(event.parameters, field, event.domainName, method);
  });
}
