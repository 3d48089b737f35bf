/** Orders of staff to the packet path. */
export interface EngineControl {
  /** Disconnects all running sessions of a line; resolves with how many the NAS is being told to end. */
  kick(username: string): Promise<number>;
}
