export { heapAfterCollection } from './heap-after-collection.js';
export { seededRandom } from './seeded-random.js';
