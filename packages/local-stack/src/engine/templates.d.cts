import type { DatabaseUser } from '../directory/database-user.js';

/** Where the template of databases lies that are made by these words, by an engine of this name. */
export declare const templateIn: (folder: string, engine: string, words: readonly string[]) => string;
/** Whether what lies in a folder was put there by this user alone: whoever writes a template owns its databases. */
export declare const mayTrust: (folder: string) => boolean;
/** Copies a template to where nothing lies yet. Throws where it is not whole, and may leave a part. */
export declare const copyTemplate: (template: string, data: string, owner: DatabaseUser | undefined) => void;
/** Keeps a copy of a database that no server has opened yet. Of several at once the first stays. */
export declare const keepTemplate: (template: string, data: string) => void;
