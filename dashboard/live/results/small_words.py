"""Words that say nothing of what a text is about, folded: they make no group of free texts. Swedish and English."""

from __future__ import annotations

from typing import Final

from dashboard.words import split

_SWEDISH: Final = """
och att det som en ett i på av för till med den de dem är om vid från eller hur vad vilka vilken vilket vem när var
där här då så men inte inga ingen inget ej ska skall kan kunna måste bör skulle vill ha har hade får få fick vara
varit blir bli blev gör göra gjort görs finns finnas fanns behöver behövs behov krävs saknas saknar brist bristen
bristande brister mer mera mest fler flera flest många mycket mindre färre lite få bättre bäst sämre dålig dåliga
dåligt god goda gott bra stor stora stort större liten litet små ny nya nytt andra annat annan alla allt all hela
varje någon något några man jag du vi ni han hon hen vår vårt våra er era sin sitt sina deras dess denna detta dessa
sig oss mig dig även också bara redan ännu sedan innan efter över under mellan mot utan genom inom kring hos per samt
dels både varken än ju nog väl helt ganska väldigt alltför för tex t.ex exempelvis bland sånt sådan sådana sådant
samma olika flesta hitta ta tar ge ger svår svårt svåra svårigheter svårighet lätt enkel enkelt saker sak typ del
delar sätt vet tror tycker anser egen eget egna
"""
_ENGLISH: Final = """
the of and to in a an for on with by or is are was were be been being at from as it its this that these those there
here we you they he she i me us them our your their his her not no nor so but if then than too very more most many
much few fewer less least better best worse good bad great big small new other others some any all every each need
needs needed lack lacking lacks missing must should would could can may might will shall do does did done have has had
get gets got make makes made how what which who when where why because also just only even still into over under
between through about without within own same different such thing things way ways people find give take think
"""
SMALL: Final = frozenset(split(_SWEDISH + _ENGLISH))
