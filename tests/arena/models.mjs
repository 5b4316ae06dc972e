// The models that the stand-in offers. Invented, but with every oddity of the real list: missing names and
// organizations, capabilities as `true` and as objects, one public name that occurs twice, braces and quotes in strings.

/**
 * @typedef {object} Model
 * @property {string} id
 * @property {string} [organization]
 * @property {string} [provider]
 * @property {string} publicName
 * @property {string} [name]
 * @property {{inputCapabilities: Record<string, unknown>, outputCapabilities: Record<string, unknown>}} capabilities
 */

const TEXT = { text: true };
const PICTURES = { aspectRatios: ['1:1', '16:9', '9:16'] };

/** @type {Model[]} */
export const MODELS = [
  {
    id: '0196a1b2-0001-7c00-8a00-000000000001',
    organization: 'heron', provider: 'heron', publicName: 'heron-large', name: 'heron-large-2026-01-15',
    capabilities: { inputCapabilities: { text: true, image: { multipleImages: true } }, outputCapabilities: TEXT },
  },
  {
    id: '0196a1b2-0002-7c00-8a00-000000000002',
    provider: 'heron', publicName: 'heron-mini', name: 'heron-mini',
    capabilities: { inputCapabilities: TEXT, outputCapabilities: TEXT },
  },
  {
    id: '0196a1b2-0003-7c00-8a00-000000000003',
    organization: 'kestrel', provider: 'kestrelHosted', publicName: 'kestrel-chat',
    capabilities: { inputCapabilities: TEXT, outputCapabilities: TEXT },
  },
  {
    id: '1f4d7a90-0004-4c00-9a00-000000000004',
    organization: 'kestrel', provider: 'otherCloud', publicName: 'kestrel-chat', name: 'kestrel-chat-b',
    capabilities: { inputCapabilities: TEXT, outputCapabilities: TEXT },
  },
  {
    id: '0196a1b2-0005-7c00-8a00-000000000005',
    organization: 'osprey', provider: 'osprey', publicName: 'osprey-thinking', name: 'osprey {draft} "v2" \\ }',
    capabilities: { inputCapabilities: { text: true, image: true }, outputCapabilities: TEXT },
  },
  {
    id: '0196a1b2-0006-7c00-8a00-000000000006',
    organization: 'osprey', provider: 'osprey', publicName: 'osprey-pro', name: 'osprey-pro',
    capabilities: {
      inputCapabilities: { text: true, image: { multipleImages: true }, document: { maxPages: 100 } },
      outputCapabilities: { text: { maxTokens: 8192 }, web: true },
    },
  },
  {
    id: '0196a1b2-0007-7c00-8a00-000000000007',
    publicName: 'rook-code',
    capabilities: { inputCapabilities: TEXT, outputCapabilities: TEXT },
  },
  {
    id: '0196a1b2-0008-7c00-8a00-000000000008',
    organization: 'wren', provider: 'wren', publicName: 'wren-search', name: 'wren-search',
    capabilities: { inputCapabilities: TEXT, outputCapabilities: { text: true, search: true } },
  },
  {
    id: '0196a1b2-0009-7c00-8a00-000000000009',
    provider: 'ibis', publicName: 'ibis-search', name: 'ibis-search-grounded',
    capabilities: { inputCapabilities: { text: true, image: true }, outputCapabilities: { text: true, search: { citations: true } } },
  },
  {
    id: '0196a1b2-000a-7c00-8a00-00000000000a',
    organization: 'finch', provider: 'finch', publicName: 'finch-image', name: 'finch-image-3',
    capabilities: { inputCapabilities: TEXT, outputCapabilities: { image: PICTURES } },
  },
  {
    id: '0196a1b2-000b-7c00-8a00-00000000000b',
    organization: 'finch', publicName: 'finch-image-edit',
    capabilities: {
      inputCapabilities: { text: true, image: { multipleImages: true, requiresUpload: true } },
      outputCapabilities: { image: true },
    },
  },
  {
    id: '0196a1b2-000c-7c00-8a00-00000000000c',
    organization: 'Maître Corbeau 烏', provider: 'corbeau', publicName: 'corbeau-1.5-流', name: 'corbeau <b>&amp;</b>',
    capabilities: { inputCapabilities: TEXT, outputCapabilities: TEXT },
  },
];

/** @param {Model | undefined} model @returns {'text' | 'image' | 'search'} */
export function modelType(model) {
  const output = model?.capabilities.outputCapabilities ?? {};
  if (output.image) return 'image';
  return output.search ? 'search' : 'text';
}

/** What models.json of a bridge says of them: `"name": "id"`, with the type behind the id where it is not text. */
export function modelEntries() {
  return Object.fromEntries(MODELS.map((model) => {
    const type = modelType(model);
    return [model.publicName, type === 'text' ? model.id : `${model.id}:${type}`];
  }));
}
