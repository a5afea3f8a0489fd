export declare const RUN_VARIABLE: string;
export declare function startRun(): Promise<() => Promise<void>>;
