/**
 * Certificates of runs: files in the volume that bear the digest of their content, and each as one page for people. The
 * room promises that a file which was altered is told from one that was not, that a page needs nothing beside itself,
 * and that no text in it is taken for markup. It asks no table, decides nothing of a run and removes nothing.
 */
export {type CertificateOptions, openCertificates} from './files.ts';
export {integrityOf, type Recorded} from './findings.ts';
export {certificatePage} from './page.ts';
