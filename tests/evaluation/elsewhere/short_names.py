"""What people are called for short.

Here: usual short forms of first names, and a rule for names that have none in the list. Not here: how often (`rates`).
"""

from __future__ import annotations

import re
from random import Random

_USUAL = """
alexander alex sandy alec lex; alfred alf fred alfie; albert bert al bertie; andrew andy drew; anthony tony;
archibald archie baldie; arthur art artie; benjamin ben benny; charles charlie chuck chas; christopher chris kit;
daniel dan danny; david dave davey; donald don; edmund ned eddie; edward ed ted ned eddie; edwin ed win; ernest ernie;
francis frank fran; frederick fred freddie fritz; george geordie georgie; gerald gerry jerry; gilbert gil bert;
henry harry hank hal; herbert bert herb; hugh hughie; isaac ike; jacob jake; james jim jimmy jamie; john jack johnny;
jonathan jon; joseph joe joey; joshua josh; laurence larry laurie; lawrence larry; leonard len lenny; lewis lew;
louis lou; matthew matt; michael mike mick; nathaniel nat; nicholas nick; oliver ollie; patrick pat paddy;
percival percy; peter pete; philip phil pip; reginald reg reggie; richard dick rick richie; robert bob rob bobby bert;
roger rodge; ronald ron; rowland rollo; rudolph rudy; samuel sam sammy; sidney sid; simon si; stanley stan;
stephen steve; theodore ted theo; thomas tom tommy; timothy tim; vincent vin vince; walter walt wally wat;
wilfred wilf fred; william will bill billy willie liam; agnes aggie nessie; alice allie; amelia millie amy; ann annie;
anna annie; anne annie nan; barbara babs barb; beatrice bea trixie; caroline carrie caro; catherine kate kitty cathy;
charlotte lottie charlie; christina tina chrissie; constance connie; dorothea dora thea; dorothy dot dolly;
edith edie; eleanor nell ellie nora; eliza lizzie; elizabeth liz beth betty lizzie eliza bess; ellen nell; emily em;
emma em; ethel eth; eva evie; evelyn evie; florence flo florrie; frances fanny fran frankie; georgiana georgie;
gertrude gertie trudy; grace gracie; hannah nan; harriet hattie; helen nell lena; henrietta etta hetty; ida idie;
isabel bella izzy; isabella bella izzy; jane janie jenny; janet jenny; jessie jess; joan joanie; josephine jo josie;
julia jules; kate katie; katharine kate kathy; katherine kate kathy; laura laurie; louisa lou; louise lou; lucy lulu;
margaret maggie peg meg daisy; maria mia; martha patty mattie; mary molly polly may; matilda tilly maud; maud maudie;
mildred millie; rachel rae; rebecca becky; rosalind rose; rose rosie; ruth ruthie; sarah sally sadie; sophia sophie;
susan sue; susanna sukey sue; theresa tess; victoria vicky; violet vi; winifred winnie freda
"""
SHORT: dict[str, tuple[str, ...]] = {
    full: tuple(forms) for full, *forms in (entry.split() for entry in _USUAL.replace("\n", " ").split(";"))
}


def shortened(name: str, rng: Random) -> str:
    """A short form: one of the usual ones, else the first syllable alone or with -ie or -y; short names stay."""
    forms = SHORT.get(name.lower())
    if forms:
        return rng.choice(forms).capitalize()
    syllable = re.match(r"[^aeiouy]*[aeiouy]+[^aeiouy]", name.lower())
    if len(name) < 5 or syllable is None:
        return name
    return (syllable[0] + rng.choice(("", "ie", "y"))).capitalize()
