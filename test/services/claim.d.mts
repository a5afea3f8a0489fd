export declare function claim(lock: string): boolean;
