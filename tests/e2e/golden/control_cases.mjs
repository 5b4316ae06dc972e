// What lmbridgectl is asked in golden/control.json, one after the other: later ones see what earlier ones have done.

import { MODEL } from '../support/stack.mjs';

/** @typedef {{args: string[], input?: string}} Case */

const question = '@arena {"text": "Two words."}';

/** @type {Record<string, Case>} */
export const cases = {
  'a status': { args: ['status'] },
  'a status as JSON': { args: ['status', '--json'] },
  'waiting for one that is ready': { args: ['wait', '--ready'] },
  'waiting as JSON': { args: ['--json', 'wait', '--ready', '--timeout', '1'] },
  'waiting for nothing': { args: ['wait'] },
  'waiting for too long': { args: ['wait', '--ready', '--timeout', '100000'] },
  'both versions': { args: ['version'] },
  'both versions as JSON': { args: ['version', '--json'] },

  'a key of the configuration': { args: ['config', 'get', 'server.listen'] },
  'a section': { args: ['config', 'get', 'bypass_settings'] },
  'a key as JSON': { args: ['config', 'get', 'server.hosts', '--json'] },
  'a key that there is not': { args: ['config', 'get', 'server.lisen'] },
  'an error as JSON': { args: ['config', 'get', 'server.lisen', '--json'] },
  'a secret, as whether there is one': { args: ['config', 'get', 'api_key'] },
  'a change that is in force at once': { args: ['config', 'set', 'server.hosts', '["chat.example"]'] },
  'the same again': { args: ['config', 'set', 'server.hosts', '["chat.example"]'] },
  'a text without quotes': { args: ['config', 'set', 'stream_error_style', 'content'] },
  'a change that waits for the next start': { args: ['config', 'set', 'logging.level', 'warning'] },
  'a change as JSON': { args: ['config', 'set', 'tavern_mode_enabled', 'true', '--json'] },
  'a value that is refused': { args: ['config', 'set', 'server.drain_seconds', '-1'] },
  'a key that would do nothing': { args: ['config', 'set', 'server.lisen', '1'] },
  'a value that is missing': { args: ['config', 'set', 'server.hosts'] },
  'a configuration without errors': { args: ['config', 'check'] },
  'a check as JSON': { args: ['config', 'check', '--json'] },
  'where the files lie': { args: ['config', 'path'] },
  'where the files lie as JSON': { args: ['config', 'path', '--json'] },
  'a reload of nothing new': { args: ['reload'] },
  'a reload as JSON': { args: ['reload', '--json'] },
  'what waits for the next start, in the status': { args: ['status'] },

  'no keys': { args: ['keys', 'list'] },
  'the first key': { args: ['keys', 'add', 'alice'] },
  'a key for some models, as JSON': { args: ['keys', 'add', 'bob the second', '--model', MODEL, '--model', 'x', '--json'] },
  'a key that there is already': { args: ['keys', 'add', 'alice'] },
  'a key without a name': { args: ['keys', 'add', ''] },
  'the keys': { args: ['keys', 'list'] },
  'the keys as JSON': { args: ['keys', 'list', '--json'] },
  'a key that goes': { args: ['keys', 'remove', 'bob the second'] },
  'a key that is not there': { args: ['keys', 'remove', 'bob the second'] },
  'the last key': { args: ['keys', 'remove', 'alice'] },

  'a model that comes': {
    args: ['models', 'add', 'my/model 1', '--id', 'c6341952-952d-4a5a-86ab-61e407667a75', '--type', 'image'],
  },
  'a model that there is already': { args: ['models', 'add', 'my/model 1'] },
  'a model that is replaced, as JSON': { args: ['models', 'add', 'my/model 1', '--replace', '--json'] },
  'a model of a type that there is not': { args: ['models', 'add', 'm', '--type', 'video'] },
  'the models': { args: ['models', 'list'] },
  'the models as JSON': { args: ['models', 'list', '--json'] },
  'a model that goes': { args: ['models', 'remove', 'my/model 1'] },
  'a model that is not there': { args: ['models', 'remove', 'my/model 1'] },

  'a chat': { args: ['chat', question] },
  'a chat with a model, from standard input': { args: ['chat', '--model', MODEL], input: question },
  'a chat as JSON': { args: ['chat', '--json', '--model', MODEL, question] },
  'a chat with a model that there is not': { args: ['chat', '--model', 'nobody', 'Hello'] },
  'a chat without a question': { args: ['chat'] },

  'the models of the site': { args: ['models', 'update'] },
  'the models of the site, applied, as JSON': { args: ['models', 'update', '--apply', '--json'] },
  'the pages': { args: ['page', 'list'] },
  'the pages as JSON': { args: ['page', 'list', '--json'] },
  'what can be read of an element': { args: ['page', 'text', '--selector', 'h1'] },
  'what can be read of an element, as JSON': { args: ['page', 'text', '--selector', 'h1', '--json'] },
  'a click that does nothing to be seen': { args: ['page', 'click', '--selector', 'h1'] },
  'an element that there is not': { args: ['page', 'click', '--selector', '#nothing', '--timeout', '0'] },
  'an element that nobody names': { args: ['page', 'click'] },
  'a page that there is not': { args: ['page', 'reload', '--page', 'nothing'] },
  'an address that is none': { args: ['page', 'open', 'file:///etc/passwd'] },
  'the ids': { args: ['ids', 'list'] },
  'the ids as JSON': { args: ['ids', 'list', '--json'] },
  'a test of the ids': { args: ['ids', 'test'] },
  'a test of the ids as JSON': { args: ['ids', 'test', '--json'] },
  'a test of a model without ids of its own': { args: ['ids', 'test', MODEL] },
  'ids that are not there': { args: ['ids', 'remove', MODEL] },
  'a capture of nothing': { args: ['ids', 'capture', '--timeout', '1'] },
  'a capture of nothing, as JSON': { args: ['ids', 'capture', '--timeout', '1', '--json'] },
  'a capture for a mode that there is not': { args: ['ids', 'capture', '--mode', 'duel'] },
  'a capture for one model and for all others': { args: ['ids', 'capture', '--default', '--model', MODEL] },
  'one more session of no model': { args: ['ids', 'capture', '--append'] },
  'a capture with steps that are not there': { args: ['ids', 'capture', '--steps', '/nowhere/steps.jsonc'] },
  'a live view of a page that there is not': { args: ['live', '--page', 'nowhere', '--json'] },
  'a live view at an address that is none': { args: ['live', '--base-url', 'chat.example'] },

  'a drain': { args: ['drain'] },
  'a drain as JSON': { args: ['drain', '--json'] },
  'a chat while new ones are refused': { args: ['chat', question] },
  'waiting in vain': { args: ['wait', '--ready', '--timeout', '0'] },
  'a status while new requests are refused': { args: ['status'] },
  'a resume': { args: ['resume'] },
  'a resume as JSON': { args: ['resume', '--json'] },
  'a fresh browser': { args: ['browser', 'restart'] },
  'a fresh browser as JSON': { args: ['browser', 'restart', '--json'] },

  'a command that there is not': { args: ['stauts'] },
  'no command': { args: [] },
  'an option that there is not': { args: ['status', '--loud'] },
  'a shell that there is not': { args: ['completion', 'tcsh'] },
};

const pageCommands = [
  'list', 'open', 'goto', 'click', 'type', 'press', 'wait', 'text', 'html', 'screenshot', 'eval', 'reload', 'close',
];

/** Every command. */
export const commands = [
  ['status'], ['wait'],
  ['config'], ['config', 'check'], ['config', 'get'], ['config', 'set'], ['config', 'show'], ['config', 'path'],
  ['reload'], ['drain'], ['resume'], ['browser'], ['browser', 'restart'], ['browser', 'cookies'],
  ['browser', 'cookies', 'export'], ['browser', 'cookies', 'import'],
  ['keys'], ['keys', 'add'], ['keys', 'list'], ['keys', 'remove'],
  ['models'], ['models', 'list'], ['models', 'add'], ['models', 'remove'], ['models', 'update'],
  ['page'], ...pageCommands.map((name) => ['page', name]),
  ['ids'], ['ids', 'capture'], ['ids', 'list'], ['ids', 'test'], ['ids', 'remove'],
  ['doctor'], ['logs'], ['bugreport'], ['live'], ['chat'], ['completion'], ['version'],
];

/** Each command that needs the daemon, with all that it needs. */
export const complete = [
  ['status'], ['status', '--watch'], ['wait', '--ready'],
  ['config', 'check'], ['config', 'get', 'api_key'], ['config', 'set', 'api_key', 'k'], ['config', 'show'], ['config', 'path'],
  ['reload'], ['drain'], ['resume'], ['browser', 'restart'],
  ['browser', 'cookies', 'export'], ['browser', 'cookies', 'import', '/etc/os-release'],
  ['keys', 'add', 'a'], ['keys', 'list'], ['keys', 'remove', 'a'],
  ['models', 'list'], ['models', 'add', 'm'], ['models', 'remove', 'm'], ['models', 'update'],
  ['page', 'list'], ['page', 'open', 'a.example'], ['page', 'goto', '/'], ['page', 'click', '--text', 'a'], ['page', 'type', 'a', '--label', 'b'],
  ['page', 'press', 'a'], ['page', 'wait', '--url', 'a'], ['page', 'text'], ['page', 'html'], ['page', 'screenshot'], ['page', 'eval', '1'],
  ['page', 'reload'], ['page', 'close', 'a'],
  ['ids', 'capture'], ['ids', 'list'], ['ids', 'test'], ['ids', 'remove', 'm'],
  ['doctor'], ['logs'], ['bugreport'],
  ['live'], ['live', '--page', 'P', '--base-url', 'https://chat.example'],
  ['chat', 'Hello'], ['chat', '--model', 'm', 'Hello'],
];
