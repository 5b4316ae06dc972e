// What the golden tests ask. A group has a configuration of its own; each case is a request to the chat route, whose body at
// the arena and whose answer at the client are written down in GROUP.json beside this file.

import { order as directed } from '../support/stack.mjs';

/** One pixel. */
const PNG = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const GIF = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';
const PDF = `data:application/pdf;base64,${Buffer.from('%PDF-1.4\n%%EOF\n').toString('base64')}`;
const SVG = 'data:image/svg+xml;utf8,<svg xmlns="http://www.w3.org/2000/svg"><rect fill="rgb(1, 2, 3)"/></svg>';

/** The directive as the text of a user message. */
const order = (/** @type {object} */ directive) => directed(directive)[0].content;
const user = (/** @type {unknown} */ content, /** @type {object} */ more = {}) => ({ role: 'user', content, ...more });
const system = (/** @type {string} */ content) => ({ role: 'system', content });
const assistant = (/** @type {unknown} */ content) => ({ role: 'assistant', content });

/** A question whose answer is short and the same every time. */
const hello = order({ text: 'Hello there.', usage: { promptTokens: 3, completionTokens: 4 } });
/** @param {...object} before messages in front of the question */
const ask = (...before) => ({ stream: true, messages: [...before, user(hello)] });
/** @param {object} directive @param {object} [more] */
const answer = (directive, more = {}) => ({ stream: true, messages: [user(order(directive))], ...more });
/** @param {string} fail @param {object} [more] */
const failure = (fail, more = {}) => answer({ fail, ...more });
const thinking = { reasoning: 'First, I think.', text: 'Then I speak.', piece_chars: 7 };
const sources = [{ title: 'One', url: 'https://one.example/a' }, [{ title: 'Two [2]', url: 'https://two.example/(b)' }, { url: 'https://one.example/a' }]];

/**
 * @typedef {{model?: string, stream?: boolean, messages: object[]} & Record<string, unknown>} Request
 * @type {{name: string, config?: object, map?: object, cases: Record<string, Request>}[]}
 */
export const groups = [
  {
    name: 'messages',
    cases: {
      'a question': ask(),
      'a question that is not streamed': { messages: [user(hello)] },
      'a system message is in position b': ask(system('Be brief.')),
      'developer is system': ask({ role: 'developer', content: 'Be brief.' }),
      'a conversation is a chain': ask(system('Be brief.'), user('One?'), assistant('One.'), user('Two?'), assistant('Two.')),
      'several system messages, as SillyTavern sends them': ask(system('You are Ada.'), system('[Scenario: a garden]'), user('*waves*'),
        assistant('*waves back*'), system('[Start a new chat]')),
      'the title task of Open WebUI': { model: 'heron-mini', stream: false, max_completion_tokens: 1000,
        messages: [user(`### Task:\nGenerate a concise title.\n### Chat History:\n<chat_history>\nUSER: hi\n</chat_history>\n${order({ text: '{"title": "Greeting"}', usage: null })}`)] },
      'text parts are joined by a blank line': ask(user([{ type: 'text', text: 'one' }, { type: 'text', text: 'two' }])),
      'an empty question is a blank': ask(user(''), assistant(''), user([{ type: 'text', text: '' }])),
      'an assistant without content': ask(user('hi'), { role: 'assistant', content: null }),
      'names and unknown fields go nowhere': { ...ask(user('hi', { name: 'Ada', mood: 'good' })), temperature: 1.5, top_p: 0.2, seed: 4, user: 'u', mystery: { a: 1 } },
      'think tags of the history stay in the other mode': ask(user('hi'), assistant('<think>hm</think>\n\nHello')),
      'text is passed on as it is': ask(user('quotes " \\ \u0001 中文 😀 \u2028 </script>')),
      'a model without an id': { ...ask(), model: 'nameless' },
      'a search model': { ...ask(), model: 'wren-search' },
      'an image model ends every message': { ...answer({ images: ['https://pictures.example/1.png'] }), model: 'finch-image' },
    },
  },
  {
    name: 'attachments',
    cases: {
      'a picture as data': ask(user([{ type: 'text', text: 'What is this?' }, { type: 'image_url', image_url: { url: PNG, detail: 'low' } }])),
      'a picture as a link': ask(user([{ type: 'image_url', image_url: { url: 'https://pictures.example/cat%20one.jpg?size=2' } }])),
      'a picture as a bare string': ask(user([{ type: 'image_url', image_url: PNG }])),
      'an input_image': ask(user([{ type: 'input_image', image_url: GIF }, { type: 'text', text: 'Look' }])),
      'a file': ask(user([{ type: 'file', file: { filename: 'report.pdf', file_data: PDF } }, { type: 'text', text: 'Sum up' }])),
      'a type that is not what it says': ask(user([{ type: 'image_url', image_url: { url: GIF.replace('image/gif', 'image/png') } }])),
      'a picture of an assistant': ask(user('Draw'), assistant([{ type: 'text', text: 'Here' }, { type: 'image_url', image_url: { url: PNG } }])),
      'Markdown pictures of an assistant': ask(user('Draw two'), assistant(`Here:\n\n![a cat](${PNG})\n\nand\n\n![dog](https://pictures.example/dog.webp "A dog")\n\nDone.`)),
      'a Markdown picture with parentheses and blanks': ask(user('Draw'), assistant(`![square](${SVG})`)),
      'Markdown pictures in code are text': ask(user('How?'), assistant('Write `![a](https://a.example/a.png)` or\n\n```\n![b](https://b.example/b.png)\n```\n')),
      'Markdown pictures of a user are text': ask(user('![a](https://a.example/a.png)')),
      'a link that is not https': ask(user([{ type: 'image_url', image_url: { url: 'http://pictures.example/a.png' } }])),
      'a link to a file of this machine': ask(user([{ type: 'image_url', image_url: { url: 'file:///etc/passwd' } }])),
      'data that is not base64': ask(user([{ type: 'image_url', image_url: { url: 'data:image/png;base64,?!' } }])),
      'too many attachments': ask(user(Array.from({ length: 11 }, (_, i) => ({ type: 'image_url', image_url: { url: `https://a.example/${i}.png` } })))),
      'too large attachments': ask(user([{ type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(6 * 1024 * 1024)}` } }])),
      'a stored file': ask(user([{ type: 'file', file: { file_id: 'file-1' } }])),
      'audio': ask(user([{ type: 'input_audio', input_audio: { data: '', format: 'wav' } }])),
    },
  },
  {
    name: 'limits',
    cases: {
      'a stop sequence': answer({ text: 'one two STOP three', usage: null }, { stop: 'STOP' }),
      'a stop sequence across pieces': answer({ text: 'one two ST OP three', piece_chars: 1 }, { stop: ['x', 'T O'] }),
      'a stop sequence that does not come': answer({ text: 'one STO', piece_chars: 2 }, { stop: ['STOP'] }),
      'a stop sequence, whole': answer({ text: 'one. two', usage: null }, { stream: false, stop: '.' }),
      'max_tokens': answer({ text: 'one two three four five six', usage: null }, { max_tokens: 3, stream_options: { include_usage: true } }),
      'max_completion_tokens wins': answer({ text: 'one two three four', usage: null }, { max_tokens: 1, max_completion_tokens: 2 }),
      'max_tokens that are enough': answer({ text: 'one two' }, { max_tokens: 100 }),
      'max_tokens, whole': answer({ text: '一二三四五六', usage: null }, { stream: false, max_tokens: 2 }),
      'usage on request': answer({ text: 'a b', usage: { promptTokens: 11, completionTokens: 2 } }, { stream_options: { include_usage: true } }),
      'usage that the site does not send': answer({ text: 'one two three', usage: null }, { stream_options: { include_usage: true } }),
      'two answers, whole': answer({ text: 'Same.', usage: { promptTokens: 5, completionTokens: 2 } }, { stream: false, n: 2 }),
      'nine answers': answer({ text: 'x' }, { n: 9 }),
      'no tokens': answer({ text: 'x' }, { max_tokens: 0 }),
    },
  },
  {
    name: 'endings',
    cases: {
      'length': answer({ text: 'cut', finish: 'length' }),
      'content-filter': answer({ text: 'no', finish: 'content-filter' }),
      'tool-calls': answer({ text: 'call', finish: 'tool-calls' }),
      'other': answer({ text: 'done', finish: 'other' }),
      'unknown': answer({ text: 'done', finish: 'unknown' }),
      'error': answer({ text: 'done', finish: 'error' }),
      'heartbeats, steps and records of unknown kinds': answer({ text: 'done', heartbeats: 2, unknown_records: true, step_records: true }),
      'reasoning that nobody asked for': answer(thinking),
      'pictures': answer({ text: 'Look:', images: ['https://pictures.example/a (1).png', 'https://pictures.example/b.png'] }),
      'pictures, whole': answer({ images: ['https://pictures.example/b.png'] }, { stream: false }),
      'sources': answer({ text: 'See below.', citations: sources }),
      'sources, whole': answer({ text: 'See below.', citations: sources }, { stream: false }),
      'a body that ends too early': answer({ text: 'one two three', end_after: 2 }),
      'a connection that is cut': answer({ text: 'one two three', cut_after: 2 }),
      'a connection that is cut, whole': answer({ text: 'one two three', cut_after: 2 }, { stream: false }),
      'an error behind text': answer({ text: 'one ', fail: 'error_record' }),
      'text that looks like errors': answer({ text: '<title>Just a moment...</title> {"error":"recaptcha validation failed"} hasArenaError' }),
    },
  },
  {
    name: 'failures',
    cases: Object.fromEntries(['challenge', 'challenge_503', 'recaptcha', 'stale_ids', 'not_found', 'zod', 'foreign_session', 'signed_out',
      'too_large', 'moderation', 'moderation_429', 'moved', 'method_not_allowed', 'server_error', 'bad_gateway', 'error_object', 'html',
      'arena_error', 'error_record', 'step_error'].map((each) => [each, /** @type {Request} */ (failure(each))]).concat([
      ['nothing at all', answer({ empty: true, finish: null })],
      ['nothing but an end', answer({ empty: true, finish: 'stop' })],
      ['something else', answer({ status: 200, body: 'All quiet here.', body_type: 'text/plain' })],
      ['an unknown model', { ...ask(), model: 'no-such/model' }],
      ['tools', { ...ask(), tools: [{ type: 'function', function: { name: 'f' } }] }],
      ['a tool message', ask({ role: 'tool', content: 'x', tool_call_id: 'c' })],
      // Last, because the session rests after it.
      ['rate_limit', failure('rate_limit', { retry_after: 7 })],
    ])),
  },
  {
    name: 'errors_as_content',
    config: { stream_error_style: 'content' },
    cases: {
      'an error behind text is text': answer({ text: 'one ', fail: 'error_record' }),
      'an error before any text is a status': failure('server_error'),
    },
  },
  {
    name: 'lenient_endings',
    config: { site: { finish_record_required: false }, append_citations: false },
    cases: {
      'a body that ends without a finish is a stop': answer({ text: 'one two three', end_after: 2 }),
      'a connection that is cut is still an error': answer({ text: 'one two three', cut_after: 2 }),
      'sources are left out': answer({ text: 'See.', citations: sources }),
    },
  },
  ...[['field', { reasoning_output_mode: 'openai' }], ['block', { reasoning_output_mode: 'openai', preserve_streaming: false }],
    ['tags', { reasoning_output_mode: 'think_tag' }], ['tags_block', { reasoning_output_mode: 'think_tag', preserve_streaming: false }]].map(([name, config]) => ({
    name: `reasoning_${name}`,
    config: { enable_lmarena_reasoning: true, .../** @type {object} */ (config) },
    cases: {
      'streamed': answer(thinking),
      'whole': answer(thinking, { stream: false }),
      'behind the text': answer({ ...thinking, reasoning_after: true }),
      'behind the text, whole': answer({ ...thinking, reasoning_after: true }, { stream: false }),
      'and a stop sequence': answer(thinking, { stop: 'speak' }),
      'and usage': answer({ ...thinking, usage: null }, { stream_options: { include_usage: true } }),
      'that ends in an error': answer({ reasoning: 'I think', fail: 'error_record' }),
      'in the history': ask(user('hi'), assistant('<think>hm</think>\n\nHello `<think>code</think>`')),
    },
  })),
  {
    name: 'injection',
    config: {
      bypass_enabled: true, bypass_settings: { text: true, search: false },
      bypass_injection: { active_preset: 'mine', presets: { mine: { role: 'user', content: order({ text: 'injected' }), participantPosition: 'b' } } },
    },
    cases: {
      'a text model': ask(),
      'a search model': { ...ask(), model: 'wren-search' },
      'an image model': { ...answer({ images: ['https://pictures.example/1.png'] }), model: 'finch-image' },
    },
  },
  {
    name: 'injection_off',
    config: { bypass_enabled: false, bypass_settings: { text: true }, bypass_injection: { custom: { role: 'system', content: 'x' } } },
    cases: { 'nothing is injected': ask() },
  },
  {
    name: 'tavern',
    config: { tavern_mode_enabled: true },
    cases: { 'system messages are merged in front': ask(system('You are Ada.'), user('hi'), assistant('hello'), system('Be kind.'), system('Be brief.')) },
  },
  {
    name: 'picture_split',
    config: { image_attachment_bypass_enabled: true },
    cases: {
      'picture and text of an image model': { model: 'finch-image', stream: true, messages: [user('first'), assistant('ok'),
        user([{ type: 'text', text: order({ images: ['https://pictures.example/1.png'] }) }, { type: 'image_url', image_url: { url: PNG } }])] },
      'picture and text of a text model': ask(user([{ type: 'text', text: 'hi' }, { type: 'image_url', image_url: { url: PNG } }])),
    },
  },
  {
    name: 'battle',
    config: { id_updater_last_mode: 'battle', id_updater_battle_target: 'B' },
    cases: {
      'every message takes the target\'s position': { stream: true, messages: [system('Be brief.'), user(order({ text: 'of B', battle: true, participant: 'b', other_text: 'of A' }))] },
    },
  },
  {
    name: 'map',
    map: {
      'drawer': { session_id: 'SESSION', message_id: 'MESSAGE', mode: 'battle', battle_target: 'A', type: 'image' },
      'only-mapped': [{ session_id: 'SESSION', message_id: 'MESSAGE' }],
      'placeholders': { session_id: 'YOUR_SESSION_ID', message_id: 'YOUR_MESSAGE_ID' },
    },
    config: { use_default_ids_if_mapping_not_found: false },
    cases: {
      'mode, target and type of the entry': { model: 'drawer', stream: true, messages: [system('x'), user(order({ images: ['https://pictures.example/1.png'], participant: 'a' }))] },
      'a model that is only in the map': { ...ask(), model: 'only-mapped' },
      'placeholders': { ...ask(), model: 'placeholders' },
      'a model without an entry': { ...ask(), model: 'heron-mini' },
    },
  },
];
