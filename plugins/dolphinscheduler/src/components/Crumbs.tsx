import { Link } from '@backstage/ui';
import styles from './Crumbs.module.css';

export interface Crumb {
  readonly label: string;
  readonly href: string;
}

/** The way back up. */
export function Crumbs({ crumbs }: { readonly crumbs: readonly Crumb[] }) {
  return (
    <nav aria-label="Where this is">
      <ol className={styles.crumbs}>
        {crumbs.map(({ label, href }) => (
          <li key={href}>
            <Link href={href} variant="body-small">
              {label}
            </Link>
            <span aria-hidden> /</span>
          </li>
        ))}
      </ol>
    </nav>
  );
}
