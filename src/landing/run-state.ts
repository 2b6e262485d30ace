/** The folder of the volume that is no resource's: no resource has a dash in its name. */
export const stateFolder = 'run-state';
