import { render } from 'preact';
import * as z from 'zod';
import { App } from './app.tsx';
import { loadOffers } from './requests.ts';

// The page may not evaluate code, which zod would try.
z.config({ jitless: true });

const page = document.getElementById('page');
if (page === null) throw new Error('page.html has no element #page');
render(<App offers={await loadOffers()} />, page);
