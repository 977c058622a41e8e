//! The two functions of SP 800-22 that a P-value comes from (its section 5.5.3): erfc, which `libm`
//! has, and igamc, the regularized upper incomplete gamma function Q(a, x).

pub(super) use libm::erfc;

/// Q(a, x), by the series of P = 1 - Q (DLMF 8.11.4) where that converges quickly, else by the
/// continued fraction of Q (DLMF 8.9.2).
pub(super) fn igamc(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    // x^a e^-x / Γ(a): as logarithms, for a is up to 2^14 here.
    let scale = (a * x.ln() - x - libm::lgamma(a)).exp();
    let value = if x < a + 1.0 { 1.0 - scale * series(a, x) } else { scale * fraction(a, x) };
    value.clamp(0.0, 1.0)
}

/// About 10 · sqrt(a) terms are needed next to x = a, and a few elsewhere.
const TERMS: u32 = 100_000;

/// 1/a + x/(a(a+1)) + x²/(a(a+1)(a+2)) + …
fn series(a: f64, x: f64) -> f64 {
    let (mut sum, mut term) = (1.0 / a, 1.0 / a);
    for n in 1..TERMS {
        term *= x / (a + f64::from(n));
        sum += term;
        if term < sum * f64::EPSILON {
            break;
        }
    }
    sum
}

/// The continued fraction, from its front to its back (the method of Lentz).
fn fraction(a: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let mut b = x + 1.0 - a;
    let mut d = 1.0 / b;
    let (mut c, mut value) = (1.0 / TINY, d);
    for n in 1..TERMS {
        let n = f64::from(n);
        let factor = -n * (n - a);
        b += 2.0;
        let below = factor * d + b;
        d = 1.0 / if below.abs() < TINY { TINY } else { below };
        c = b + factor / c;
        if c.abs() < TINY {
            c = TINY;
        }
        value *= d * c;
        if (d * c - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    value
}

/// The standard normal distribution.
pub(super) fn normal(x: f64) -> f64 {
    erfc(-x / std::f64::consts::SQRT_2) / 2.0
}

#[cfg(test)]
mod tests {
    use super::{igamc, normal};

    #[track_caller]
    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-9, "{found}, expected {expected}");
    }

    #[test]
    fn igamc_has_its_closed_forms() {
        // Q(1, x) = e^-x, Q(2, x) = (1 + x) e^-x, Q(1/2, x) = erfc(sqrt(x)); on both sides of
        // x = a + 1.
        for x in [0.01_f64, 0.5, 1.9, 2.1, 3.0, 30.0] {
            close(igamc(1.0, x), (-x).exp());
            close(igamc(2.0, x), (1.0 + x) * (-x).exp());
            close(igamc(0.5, x), libm::erfc(x.sqrt()));
        }
        close(igamc(4.5, 0.0), 1.0);
        close(igamc(4.5, 1e9), 0.0);
    }

    #[test]
    fn the_two_ways_of_igamc_meet() {
        // For an integer a, Q(a, x) is the chance that a Poisson variable of mean x is below a.
        for (a, x) in [(16_384_u32, 16_380.0_f64), (16_384, 16_386.0), (16_384, 16_000.0)] {
            let mut ln_term = -x;
            let mut sum = ln_term.exp();
            for k in 1..a {
                ln_term += x.ln() - f64::from(k).ln();
                sum += ln_term.exp();
            }
            let found = igamc(f64::from(a), x);
            assert!((found - sum).abs() < 1e-7, "{a} {x}: {found} {sum}");
        }
        close(normal(0.0), 0.5);
        close(normal(1.0), 0.841_344_746_068_543);
    }
}
