/** Orders of staff to the packet path. */
export interface EngineControl {
  /** Disconnects all running sessions of a line; resolves with how many the NAS is being told to end. */
  kick(username: string): Promise<number>;
  /** Frees the line from the device that its plan has bound it to; resolves to false when it was bound to none. */
  releaseMac(username: string): Promise<boolean>;
}
