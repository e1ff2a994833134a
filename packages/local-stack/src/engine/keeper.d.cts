/** Where the keeper's program file lies: to be run by Node, never imported for its effects. */
export declare const keeperPath: string;
