export declare function startTime(pid: number): string | undefined;
